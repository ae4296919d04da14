-- Photos and what else is attached to a record. The bytes lie in the file store; here stands what was announced, what
-- became of it, and who may be asked about it.

create table attachment (
  tenant_id uuid not null references tenant,
  -- The photo's id, made where it was taken.
  id uuid not null,
  -- The record it belongs to: whoever may see that may see this.
  subject_type text not null,
  subject_id uuid not null,
  -- SHA-256 (hex) and size of the bytes that were announced; the stored ones are re-encoded and differ.
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size int not null check (size between 1 and 10000000),
  state text not null default 'expected' check (state in ('expected', 'ready', 'refused')),
  -- Why it was refused, or why the last try did not count.
  reason text,
  content_type text,
  width int,
  height int,
  -- Size of the stored photo, without its thumbnail.
  bytes int,
  storage_key text,
  filed_by uuid,
  created_at timestamptz not null,
  ready_at timestamptz,
  -- Who writes into its upload, and until when without a further byte (server clock): one writer at a time over all processes.
  upload_owner uuid,
  upload_until timestamptz,
  primary key (tenant_id, id),
  check (state <> 'ready' or (storage_key is not null and ready_at is not null))
);
create index attachment_subject on attachment (tenant_id, subject_id);
select secure_table('attachment');
