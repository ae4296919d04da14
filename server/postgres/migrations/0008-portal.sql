-- Reports being written on the portal without JavaScript. `id` is the SHA-256 of the random text in the citizen's cookie.
-- The ids and the number are made with the draft, so that a double click, a reload or the back button files once.

create table portal_draft (
  tenant_id uuid not null references tenant,
  id text not null,
  answers jsonb not null default '{}',
  command_id uuid not null,
  grievance_id uuid not null,
  contact_id uuid not null,
  number text not null,
  created_at timestamptz not null,
  filed_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, command_id)
);
create index portal_draft_age on portal_draft (tenant_id, created_at);
select secure_table('portal_draft');

-- Photos as they will be kept: decoded, scaled and written anew, without metadata.
create table portal_draft_photo (
  tenant_id uuid not null references tenant,
  draft_id text not null,
  id uuid not null,
  sha256 text not null,
  bytes bytea not null,
  added_at timestamptz not null,
  -- Handed over to the files of the grievance.
  kept_at timestamptz,
  primary key (tenant_id, draft_id, id),
  foreign key (tenant_id, draft_id) references portal_draft (tenant_id, id) on delete cascade
);
select secure_table('portal_draft_photo');
