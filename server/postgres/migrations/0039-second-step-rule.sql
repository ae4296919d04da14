-- Roles of which the office wants a second step at login. Not of field workers: see decision 36.
create table second_step_rule (
  tenant_id uuid not null references tenant,
  role text not null check (role in ('owner', 'officer', 'viewer')),
  primary key (tenant_id, role)
);
select secure_table('second_step_rule');

-- Sessions that began without the second step that is wanted: nothing but setting one up is open to them. A row goes with what lifts the limit.
create table limited_session (
  tenant_id uuid not null,
  family_id uuid not null,
  user_id uuid not null,
  primary key (tenant_id, family_id),
  foreign key (tenant_id, user_id) references user_account
);
create index limited_session_of_user on limited_session (tenant_id, user_id);
select secure_table('limited_session');
