import type pg from 'pg'

/**
 * One office out of a backup, the others beside it untouched: the rows of `tables` as one transaction saw them,
 * put back past every trigger and rule as a restore does, under the mark of another cluster. The server gives new positions
 * then, as at its start. Devices and logins are not among the tables: people would only log in once more.
 */
export async function installOfficeBackup(pool: pg.Pool, tables: readonly string[]): Promise<void> {
  const names = tables.map((table) => `'${table}'`).join(', ')
  await pool.query(`
create table soak_backup (tenant_id uuid not null, name text not null, rows json not null, primary key (tenant_id, name));

create function soak_back_up(office uuid) returns void language plpgsql as $$
declare one text;
begin
  delete from soak_backup where tenant_id = office;
  foreach one in array array[${names}] loop
    execute format('insert into soak_backup select $1, %L, coalesce(json_agg(row_to_json(t)), ''[]'') from %I t where tenant_id = $1', one, one) using office;
  end loop;
  insert into soak_backup select office, 'soak_seen', coalesce(json_agg(n), '[]') from soak_seen where tenant_id = office;
end $$;

create function soak_restore(office uuid) returns boolean language plpgsql as $$
declare one text; columns text;
begin
  if not exists (select 1 from soak_backup where tenant_id = office) then return false; end if;
  -- The judging of held commands goes on beside it: it is waited for, device by device, as in the executor.
  perform pg_advisory_xact_lock(hashtextextended(id::text, 0)) from (select id from device where tenant_id = office order by id) d;
  perform set_config('session_replication_role', 'replica', true);
  foreach one in array array[${names}] loop
    execute format('delete from %I where tenant_id = $1', one) using office;
    select string_agg(quote_ident(attname), ', ' order by attnum) into columns from pg_attribute
      where attrelid = one::regclass and attnum > 0 and not attisdropped and attgenerated = '';
    execute format('insert into %I (%s) overriding system value select %s from json_populate_recordset(null::%I, (select rows from soak_backup where tenant_id = $1 and name = %L))',
      one, columns, columns, one, one) using office;
  end loop;
  update soak_seen set lost = true where tenant_id = office and not lost
    and n not in (select value::bigint from soak_backup b, json_array_elements_text(b.rows) where b.tenant_id = office and b.name = 'soak_seen');
  update sync_origin set cluster = 'the cluster of the backup' where tenant_id = office;
  return true;
end $$;`)
}
