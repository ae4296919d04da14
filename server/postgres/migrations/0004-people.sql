-- Territories, households and people.

create table ward (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  number text,
  name text not null,
  names jsonb not null default '{}',
  -- GeoJSON Polygon or MultiPolygon, WGS 84.
  outline jsonb not null,
  -- Where it came from, so that a second import finds it again.
  source_key text,
  primary key (tenant_id, id),
  unique (tenant_id, source_key)
);
select secure_table('ward');
create function ward_scopes(w ward) returns text[] language sql stable as $$ select '{tenant}'::text[] $$;
create function ward_document(w ward) returns json language sql stable as $$
  select json_build_object('id', w.id, 'type', 'ward', 'rev', w.rev, 'number', w.number, 'name', w.name, 'names', w.names, 'outline', w.outline)
$$;
select sync_table('ward', 'places', 'ward');

create table user_territory (
  tenant_id uuid not null,
  user_id uuid not null,
  ward_id uuid not null,
  granted_at timestamptz not null default now(),
  primary key (tenant_id, user_id, ward_id),
  foreign key (tenant_id, user_id) references user_account (tenant_id, id),
  foreign key (tenant_id, ward_id) references ward (tenant_id, id)
);
select secure_table('user_territory');

create table household (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  ward_id uuid not null,
  house_number text not null,
  street text not null,
  latitude double precision,
  longitude double precision,
  primary key (tenant_id, id),
  foreign key (tenant_id, ward_id) references ward (tenant_id, id)
);
create index household_ward on household (tenant_id, ward_id);
select secure_table('household');
create function household_scopes(h household) returns text[] language sql stable as $$ select array['ward:' || h.ward_id] $$;
create function household_document(h household) returns json language sql stable as $$
  select json_build_object('id', h.id, 'type', 'household', 'rev', h.rev, 'wardId', h.ward_id, 'houseNumber', h.house_number,
    'street', h.street, 'latitude', h.latitude, 'longitude', h.longitude)
$$;
select sync_table('household', 'places', 'household');

create table person (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  household_id uuid not null,
  ward_id uuid not null,
  name text not null,
  gender text not null check (gender in ('female', 'male', 'other', 'unknown')),
  birth_year int,
  language text not null,
  notes text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, household_id) references household (tenant_id, id),
  foreign key (tenant_id, ward_id) references ward (tenant_id, id)
);
create index person_household on person (tenant_id, household_id);
select secure_table('person');
create function person_scopes(p person) returns text[] language sql stable as $$ select array['ward:' || p.ward_id] $$;
create function person_document(p person) returns json language sql stable as $$
  select json_build_object('id', p.id, 'type', 'person', 'rev', p.rev, 'householdId', p.household_id, 'wardId', p.ward_id,
    'name', p.name, 'gender', p.gender, 'birthYear', p.birth_year, 'language', p.language, 'notes', p.notes)
$$;
select sync_table('person', 'people', 'person');

-- Apart from the person: only roles that may see it receive it, and erasing it deletes a row.
create table person_contact (
  tenant_id uuid not null references tenant,
  id uuid not null,
  rev bigint not null default 1,
  person_id uuid not null,
  ward_id uuid not null,
  phone text,
  email text,
  primary key (tenant_id, id),
  foreign key (tenant_id, person_id) references person (tenant_id, id) on delete cascade,
  foreign key (tenant_id, ward_id) references ward (tenant_id, id)
);
create index person_contact_person on person_contact (tenant_id, person_id);
select secure_table('person_contact');
create function person_contact_scopes(c person_contact) returns text[] language sql stable as $$ select array['ward:' || c.ward_id] $$;
create function person_contact_document(c person_contact) returns json language sql stable as $$
  select json_build_object('id', c.id, 'type', 'person_contact', 'rev', c.rev, 'personId', c.person_id, 'wardId', c.ward_id,
    'phone', c.phone, 'email', c.email)
$$;
select sync_table('person_contact', 'contacts', 'person_contact');
