-- A push judges by what its author may see when it begins, and tells him what is stored when it ends. Rights that were taken away in between
-- would let records come to a phone after their removal was told, with a newer revision than the removal has. So rights are taken away
-- before a push begins or after it ended, whoever takes them. 256 locks for all people: who removes thousands of rights at once needs no more.

create function hold_rights(user_id uuid) returns void language sql volatile as
  $$ select pg_advisory_xact_lock_shared(20451, hashtext(user_id::text) & 255) $$;

create function wait_to_take_rights(user_ids uuid[]) returns void language plpgsql volatile as $$
declare slot int;
begin
  for slot in select distinct hashtext(u::text) & 255 as s from unnest(user_ids) u order by s loop
    perform pg_advisory_xact_lock(20451, slot);
  end loop;
end $$;

create function territory_taken() returns trigger language plpgsql as $$
begin
  perform wait_to_take_rights(array(select user_id from lost));
  return null;
end $$;
create trigger rights_taken_delete after delete on user_territory referencing old table as lost
  for each statement execute function territory_taken();
create trigger rights_taken_update after update on user_territory referencing old table as lost
  for each statement execute function territory_taken();

create function account_rights_taken() returns trigger language plpgsql as $$
begin
  perform wait_to_take_rights(array(
    select o.id from before o join after n on n.tenant_id = o.tenant_id and n.id = o.id
    where (n.role, n.custom_role_id, n.status) is distinct from (o.role, o.custom_role_id, o.status)));
  return null;
end $$;
create trigger rights_taken after update on user_account referencing old table as before new table as after
  for each statement execute function account_rights_taken();

create function role_rights_taken() returns trigger language plpgsql as $$
begin
  perform wait_to_take_rights(array(
    select u.id from before o join after n on n.tenant_id = o.tenant_id and n.id = o.id
      join user_account u on u.tenant_id = n.tenant_id and u.custom_role_id = n.id
    where (n.actions, n.masks) is distinct from (o.actions, o.masks)));
  return null;
end $$;
create trigger rights_taken after update on custom_role referencing old table as before new table as after
  for each statement execute function role_rights_taken();
