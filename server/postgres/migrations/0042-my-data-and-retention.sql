-- A citizen says on the portal what of the kept is wrong. His words may hold a phone or a name: they lie sealed.
create table correction_request (
  tenant_id uuid not null references tenant,
  id uuid not null,
  grievance_id uuid not null,
  sealed text not null,
  key_id text generated always as (split_part(sealed, '.', 1)) stored,
  asked_at timestamptz not null,
  settled_at timestamptz,
  settled_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, grievance_id) references grievance (tenant_id, id)
);
create index correction_request_of_grievance on correction_request (tenant_id, grievance_id);
create index correction_request_key on correction_request (tenant_id, key_id);
select secure_table('correction_request', 'select, insert, update, delete');

-- Days by rule of shared/privacy/retention.ts, as the owner switched them on: what is not named is off. Applied by the scheduler.
alter table tenant add column retention jsonb not null default '{}';
grant update (retention) on tenant to sampark_app;
