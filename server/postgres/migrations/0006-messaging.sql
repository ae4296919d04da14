-- What goes out: one row per message, written in the transaction of the change that caused it. Redis only carries ids.

-- Rank of a status: within one turn it never falls, whatever arrives late or twice.
create function outbox_rank(status text) returns int language sql immutable parallel safe as $$
  select case status when 'queued' then 0 when 'sending' then 1 when 'unknown' then 2 when 'sent' then 3
    when 'failed' then 4 when 'cancelled' then 4 when 'delivered' then 5 end
$$;

create table outbox (
  tenant_id uuid not null references tenant,
  id uuid not null,
  class text not null check (class in ('otp', 'transactional', 'campaign')),
  channel text not null check (channel in ('email', 'sms', 'push')),
  -- Why it goes out, e.g. grievance.acknowledged.
  topic text not null,
  subject_type text not null,
  subject_id uuid not null,
  -- Whose address is read when it is sent: never copied here, so that erasing a contact erases it everywhere.
  recipient_kind text not null check (recipient_kind in ('reporter_contact', 'push_subscription')),
  recipient_id uuid not null,
  language text not null,
  -- Facts for the template: ids and numbers, no text that a citizen wrote.
  params jsonb not null default '{}',
  status text not null default 'queued' check (outbox_rank(status) is not null),
  -- Times it was put into the queue. A worker that lost its turn can no longer write.
  turn int not null default 1,
  -- Calls to a provider so far, and how many it may have.
  attempt int not null default 0,
  attempt_limit int not null default 6,
  lease_until timestamptz,
  not_before timestamptz not null default now(),
  expires_at timestamptz not null,
  provider text,
  provider_ref text,
  -- A code of shared/messaging, never a provider's text: those repeat addresses.
  last_error text,
  relayed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  priority smallint not null generated always as (case class when 'otp' then 0 when 'transactional' then 1 else 2 end) stored,
  primary key (tenant_id, id)
) with (fillfactor = 80);
create index outbox_unrelayed on outbox (priority, not_before) where status = 'queued' and relayed_at is null;
create index outbox_relayed on outbox (relayed_at) where status = 'queued' and relayed_at is not null;
create index outbox_leases on outbox (lease_until) where status = 'sending';
create index outbox_status on outbox (tenant_id, status, id desc);
create index outbox_subject on outbox (tenant_id, subject_type, subject_id, id);
select secure_table('outbox', 'select, insert, update');

create function outbox_guard() returns trigger language plpgsql as $$
begin
  if new.turn < old.turn or (new.turn = old.turn and outbox_rank(new.status) < outbox_rank(old.status)) then
    raise exception 'the status of a message never falls: % to %', old.status, new.status using errcode = 'check_violation';
  end if;
  new.updated_at := now();
  return new;
end $$;
create trigger guard before update of status, turn on outbox for each row execute function outbox_guard();

-- The relay sees over the wall, but only what it needs to move ids: no recipient, no content.
create policy relay_claims on outbox to sampark_relay using (true) with check (true);
grant select (tenant_id, id, class, channel, status, turn, priority, not_before, lease_until, relayed_at, created_at) on outbox to sampark_relay;
grant update (relayed_at) on outbox to sampark_relay;

-- One row per call to a provider, committed before the call: what may have left is known after every crash.
create table outbox_attempt (
  tenant_id uuid not null,
  message_id uuid not null,
  attempt int not null,
  provider text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('accepted', 'permanent', 'retry', 'unknown')),
  error text,
  primary key (tenant_id, message_id, attempt),
  foreign key (tenant_id, message_id) references outbox (tenant_id, id)
);
select secure_table('outbox_attempt', 'select, insert, update');

create table push_subscription (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  device_id uuid not null,
  endpoint text not null,
  endpoint_hash bytea not null,
  p256dh text not null,
  auth text not null,
  -- Push services bind a subscription to the key it was made with (RFC 8292, 4.2).
  vapid_key_id text not null,
  fail_count int not null default 0,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, endpoint_hash),
  foreign key (tenant_id, user_id) references user_account (tenant_id, id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
create index push_subscription_user on push_subscription (tenant_id, user_id);
create unique index push_subscription_device on push_subscription (tenant_id, device_id);
select secure_table('push_subscription');

-- How much went to one address on one day of the tenant: addresses that nobody confirmed must not be flooded. The
-- address is a keyed hash and the row is removed after some days.
create table address_day (
  tenant_id uuid not null references tenant,
  day date not null,
  channel text not null check (channel in ('email', 'sms')),
  address_hash bytea not null,
  -- First digits of a phone number, which tell country and operator; the domain of an e-mail address.
  prefix text not null,
  used int not null,
  primary key (tenant_id, day, channel, address_hash)
);
select secure_table('address_day');
