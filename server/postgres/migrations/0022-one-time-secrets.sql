-- Links and codes that may be used once: first logins, forgotten passwords, new addresses, codes as a second step. Neither the
-- secret nor its address stands here in the clear: the secret is derived again, from SECRET_KEY and the id, when its message leaves.
create table one_time_secret (
  tenant_id uuid not null references tenant,
  id uuid not null,
  kind text not null check (kind in ('link', 'code')),
  -- What it opens, e.g. password.choose; a secret of one purpose is worth nothing for another.
  purpose text not null,
  -- Whose it is: the id of a person, or a keyed hash of an address; never the address.
  subject text not null,
  secret_hash bytea not null check (length(secret_hash) = 32),
  -- What its use and its message need, such as the address: AES-256-GCM, key derived from SECRET_KEY, bound to tenant and id.
  sealed_facts bytea not null,
  tries_left int not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, id),
  -- A new one takes the place of the one before.
  constraint one_time_secret_latest unique (tenant_id, purpose, subject)
);
create unique index one_time_secret_by_hash on one_time_secret (tenant_id, secret_hash);
create index one_time_secret_expiry on one_time_secret (tenant_id, expires_at);
select secure_table('one_time_secret');

alter table outbox drop constraint outbox_recipient_kind_check;
alter table outbox add constraint outbox_recipient_kind_check
  check (recipient_kind in ('reporter_contact', 'push_subscription', 'one_time_secret'));

-- Somebody who was invited has no password until the first login.
alter table user_account alter column password_hash drop not null;
create index user_account_email on user_account (tenant_id, lower(email)) where email is not null;
