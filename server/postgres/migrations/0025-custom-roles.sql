-- Roles that an office makes itself: part of what a base role may do, with fields hidden. The base stays in
-- user_account.role, so that everything that asks for the base role goes on being right.

create table custom_role (
  tenant_id uuid not null references tenant,
  id uuid not null,
  name text not null check (name <> ''),
  base_role text not null check (base_role in ('owner', 'officer', 'field_worker', 'viewer')),
  -- Actions of shared/identity/access-policy.ts, and fields of shared/identity/field-mask.ts.
  actions text[] not null,
  masks text[] not null default '{}',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint custom_role_base unique (tenant_id, id, base_role),
  constraint custom_role_name_once unique (tenant_id, name)
);
select secure_table('custom_role');

alter table user_account add column custom_role_id uuid;
alter table user_account add constraint user_account_custom_role
  foreign key (tenant_id, custom_role_id, role) references custom_role (tenant_id, id, base_role);
create index user_account_of_custom_role on user_account (tenant_id, custom_role_id) where custom_role_id is not null;
