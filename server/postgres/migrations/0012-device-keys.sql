-- The server's share of the key to one person's copies of records on one device. Released to that person there, as long as both
-- are active; without it the copies on the device cannot be read. Deleted with the device's rights, and never the same again.
create table device_key (
  tenant_id uuid not null,
  device_id uuid not null,
  user_id uuid not null,
  share bytea not null check (length(share) = 32),
  created_at timestamptz not null default now(),
  primary key (tenant_id, device_id, user_id),
  foreign key (tenant_id, device_id) references device,
  foreign key (tenant_id, user_id) references user_account
);
create index device_key_of_user on device_key (tenant_id, user_id);
select secure_table('device_key', 'select, insert, delete');
