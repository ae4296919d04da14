-- Queues of phones that could not send them, sealed until the office judges them; and how a revoked device ends.

create table quarantined_queue (
  tenant_id uuid not null references tenant,
  id uuid not null,
  device_id uuid not null,
  author_id uuid not null,
  source text not null check (source in ('office', 'phone', 'revoked')),
  -- Null where the revoked device itself handed it over.
  uploaded_by uuid,
  -- SHA-256 of the file as it arrived, and of what is in it: the same queue sealed again is the same queue.
  sha256 text not null,
  content_hash text not null,
  command_ids uuid[] not null,
  photos int not null,
  bytes int not null,
  made_at timestamptz not null,
  received_at timestamptz not null,
  -- The sealed file. Gone when everything in it is decided: then the log and the issues hold what it said.
  sealed bytea,
  status text not null default 'open' check (status in ('open', 'judged')),
  judged_by uuid,
  judged_at timestamptz,
  primary key (tenant_id, id),
  constraint quarantined_queue_once unique (tenant_id, content_hash),
  foreign key (tenant_id, author_id) references user_account (tenant_id, id),
  check ((status = 'open') = (sealed is not null))
);
create index quarantined_queue_turn on quarantined_queue (tenant_id, received_at desc);
select secure_table('quarantined_queue', 'select, insert, update');

-- revoked: hands its queue over, then wipes. stolen: wipes at once. wiped: it has said that nothing is left.
alter table device drop constraint device_status_check;
alter table device add constraint device_status_check check (status in ('active', 'revoked', 'stolen', 'wiped'));
alter table device add column revoked_at timestamptz;
alter table device add column revoked_by uuid;
alter table device add column revoke_reason text;
alter table device add column handed_over_at timestamptz;
alter table device add column wiped_at timestamptz;
