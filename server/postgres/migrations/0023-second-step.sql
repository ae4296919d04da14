-- The second step of a login, one per person: an app that shows codes (RFC 6238), or codes by e-mail.
create table second_step (
  tenant_id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('totp', 'email')),
  -- Secret of the app: AES-256-GCM, key derived from SECRET_KEY, bound to tenant and person. Null for e-mail.
  sealed_secret bytea check ((sealed_secret is null) = (kind = 'email')),
  -- Null until the person has shown that it works: a login does not ask before.
  confirmed_at timestamptz,
  -- Time step of the last code taken: that code, and those before it, are of no use any more.
  last_step bigint not null default 0,
  created_at timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references user_account
);
select secure_table('second_step');

-- For when the phone is gone: each works once. Keyed hashes.
create table recovery_code (
  tenant_id uuid not null,
  user_id uuid not null,
  code_hash bytea not null check (length(code_hash) = 32),
  used_at timestamptz,
  primary key (tenant_id, user_id, code_hash),
  foreign key (tenant_id, user_id) references user_account
);
select secure_table('recovery_code');
