-- Passkeys (WebAuthn): public keys with which the devices of a person show who he is. Nothing here is a secret.
create table passkey (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- Chosen by the authenticator.
  credential_id bytea not null check (length(credential_id) between 1 and 1023),
  -- COSE.
  public_key bytea not null,
  -- Of the last use. Always 0 where the authenticator does not count.
  sign_count bigint not null,
  transports text[] not null,
  name text not null check (name <> ''),
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  constraint passkey_credential_once unique (tenant_id, credential_id),
  foreign key (tenant_id, user_id) references user_account
);
create index passkey_of_user on passkey (tenant_id, user_id);
select secure_table('passkey');

-- A challenge is signed by the server and kept nowhere until it is used; from then on it stands here until its end.
create table used_challenge (
  tenant_id uuid not null references tenant,
  challenge_hash bytea not null check (length(challenge_hash) = 32),
  expires_at timestamptz not null,
  primary key (tenant_id, challenge_hash)
);
create index used_challenge_expiry on used_challenge (tenant_id, expires_at);
select secure_table('used_challenge');
