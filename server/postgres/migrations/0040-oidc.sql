-- Login by a provider of the office's own (OpenID Connect). At most one per office.
create table oidc_provider (
  tenant_id uuid not null references tenant,
  id uuid not null,
  issuer text not null check (issuer <> ''),
  client_id text not null check (client_id <> ''),
  label text not null check (label <> ''),
  -- The client secret, sealed as contacts are.
  sealed text not null,
  key_id text generated always as (split_part(sealed, '.', 1)) stored,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  constraint oidc_provider_once unique (tenant_id)
);
select secure_table('oidc_provider');

-- Which person of the provider is which of the office. From the first login on the provider's subject counts and not the e-mail
-- address, which may be somebody else's one day.
create table oidc_link (
  tenant_id uuid not null,
  user_id uuid not null,
  -- SHA-256 of issuer and subject.
  subject_hash bytea not null check (length(subject_hash) = 32),
  linked_at timestamptz not null,
  last_used_at timestamptz not null,
  primary key (tenant_id, user_id),
  constraint oidc_link_subject_once unique (tenant_id, subject_hash),
  foreign key (tenant_id, user_id) references user_account
);
select secure_table('oidc_link');
