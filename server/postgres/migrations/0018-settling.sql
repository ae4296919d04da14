-- What a settlement wrote and what stood before it: so that it can be shown to the author, and taken back while nobody
-- has changed the field since.
alter table sync_issue add column settled_value jsonb, add column settled_before jsonb;

create or replace function sync_issue_document(i sync_issue) returns json language sql stable as $$
  select json_build_object('id', i.id, 'type', 'sync_issue', 'rev', i.rev, 'kind', i.kind, 'commandId', i.command_id,
    'commandName', i.command_name, 'subjectType', i.subject_type, 'subjectId', i.subject_id, 'field', i.field,
    'base', i.base, 'yours', i.yours, 'theirs', i.theirs, 'code', i.code, 'payload', i.payload, 'authorId', i.author_id,
    'authorName', i.author_name, 'claimedAt', iso_instant(i.claimed_at), 'receivedAt', iso_instant(i.received_at),
    'status', i.status, 'settlement', i.settlement, 'settledBy', i.settled_by, 'settledAt', iso_instant(i.settled_at),
    'settledValue', i.settled_value, 'settledBefore', i.settled_before)
$$;

-- The settled ones are listed too, newest first.
create index sync_issue_settled on sync_issue (tenant_id, received_at desc, id desc) where status = 'settled';

-- What a device said it holds unsent, by name only: [{name, type, at}].
alter table device add column unsent_items jsonb not null default '[]';
