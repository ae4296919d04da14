-- Keys with which machines call the API. The secret is shown once and stands here only as its SHA-256: it has 256 random bits, so a
-- slow hash would cost every call and protect nothing.
create table api_key (
  tenant_id uuid not null references tenant,
  id uuid not null,
  name text not null check (name <> ''),
  -- Actions of shared/identity/access-policy.ts, and fields of shared/identity/field-mask.ts that were hidden from the maker.
  scopes text[] not null,
  masks text[] not null,
  secret_hash bytea not null check (length(secret_hash) = 32),
  -- The secret before the last rotation, good until its own end.
  former_hash bytea check (length(former_hash) = 32),
  former_until timestamptz check ((former_until is null) = (former_hash is null)),
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- To the minute.
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references user_account
);
create index api_key_maker on api_key (tenant_id, created_by);
select secure_table('api_key');
