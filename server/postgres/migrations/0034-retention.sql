-- A settled issue whose time is over keeps its line and loses what people wrote.
alter table sync_issue add column emptied_at timestamptz;
create index sync_issue_old on sync_issue (tenant_id, settled_at) where status = 'settled' and emptied_at is null;
-- Messages whose time is over are removed with their attempts, by the retention alone.
grant delete on outbox, outbox_attempt to sampark_app;
