insert into backup_mark (tenant_id, position) select tenant_id, :'position'::xid8 from tenant on conflict do nothing;
delete from backup_mark where marked_at < now() - interval '1 year';
