-- How a device that the office has revoked gives up what it holds (decision 0019). `stolen` wipes at once, `revoked` surrenders its
-- queue first; that nothing is left on it says `wiped_at`.
alter table device drop constraint device_status_check;
alter table device add constraint device_status_check check (status in ('active', 'revoked', 'stolen'));
alter table device rename column handed_over_at to surrendered_at;

-- The one upload that such a device may still make: a new token replaces the one before, and using it removes it.
create table surrender_token (
  tenant_id uuid not null,
  device_id uuid not null,
  token_hash bytea not null check (length(token_hash) = 32),
  -- The one whose work it may bring; null for whoever worked on the device.
  user_id uuid,
  expires_at timestamptz not null,
  primary key (tenant_id, device_id),
  foreign key (tenant_id, device_id) references device,
  foreign key (tenant_id, user_id) references user_account
);
create index surrender_token_of_user on surrender_token (tenant_id, user_id);
select secure_table('surrender_token');
