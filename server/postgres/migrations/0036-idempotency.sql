-- What a POST answered, by the key its caller gave: a caller that heard no answer asks again and does nothing twice. Replies are
-- sealed (they may hold what is shown once) and forgotten after a day.
create table idempotency_key (
  tenant_id uuid not null references tenant,
  -- Person or key that called: another's key is another key.
  actor text not null,
  key_hash text not null,
  -- SHA-256 of method, address and body.
  request_hash text not null,
  begun_at timestamptz not null,
  expires_at timestamptz not null,
  -- Null while the first request is under way.
  status int,
  reply bytea,
  primary key (tenant_id, actor, key_hash)
);
create index idempotency_key_expiry on idempotency_key (tenant_id, expires_at);
select secure_table('idempotency_key');
