-- What people gave up by name when they logged out of a phone, as the phone told it later. Kinds and times, no content.
alter table device add column given_up jsonb not null default '[]';
