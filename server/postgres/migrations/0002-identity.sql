-- People of the office, their devices, and the refresh tokens that keep them logged in.

create table user_account (
  tenant_id uuid not null references tenant,
  id uuid not null,
  login text not null check (login = lower(login)),
  name text not null,
  role text not null check (role in ('owner', 'officer', 'field_worker', 'viewer')),
  department_id uuid,
  language text not null default 'en',
  email text,
  phone text,
  status text not null default 'active' check (status in ('active', 'disabled')),
  password_hash text not null,
  -- Made by the demo seed, with a password that everybody knows: may log in only where DEMO=1.
  demo boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint user_account_login_once unique (tenant_id, login)
);
select secure_table('user_account', 'select, insert, update');

create table device (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  label text not null default '',
  status text not null default 'active' check (status in ('active', 'revoked')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  last_pull_at timestamptz,
  app_version text,
  unsent_count int check (unsent_count >= 0),
  oldest_unsent_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references user_account
);
create index device_of_user on device (tenant_id, user_id);
select secure_table('device', 'select, insert, update');

-- Tokens are kept as SHA-256. `successor_hash` is the one of its successors that was used: from then on the use of this
-- token, or of another successor of it, is theft.
create table refresh_token (
  tenant_id uuid not null,
  token_hash bytea not null,
  family_id uuid not null,
  user_id uuid not null,
  device_id uuid not null,
  predecessor_hash bytea,
  successor_hash bytea,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, token_hash),
  foreign key (tenant_id, user_id) references user_account,
  foreign key (tenant_id, device_id) references device
);
create index refresh_token_of_family on refresh_token (tenant_id, family_id);
create index refresh_token_of_device on refresh_token (tenant_id, device_id);
create index refresh_token_of_user on refresh_token (tenant_id, user_id);
select secure_table('refresh_token');

grant select on user_account, refresh_token to sampark_directory_reader;
create policy directory_reads on user_account for select to sampark_directory_reader using (true);
create policy directory_reads on refresh_token for select to sampark_directory_reader using (true);

create function directory_user_of_login(wanted_tenant uuid, wanted_login text) returns jsonb
language sql stable security definer set search_path = public as $$
  select jsonb_build_object('userId', id, 'passwordHash', password_hash, 'status', status, 'demo', demo)
  from user_account where tenant_id = wanted_tenant and login = wanted_login
$$;
create function directory_tenant_of_refresh(wanted bytea) returns uuid
language sql stable security definer set search_path = public as $$
  select tenant_id from refresh_token where token_hash = wanted limit 1
$$;
create index refresh_token_by_hash on refresh_token (token_hash);
select give_to_directory('directory_user_of_login(uuid, text)');
select give_to_directory('directory_tenant_of_refresh(bytea)');
