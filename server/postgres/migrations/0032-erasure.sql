-- What was erased stays erased: a change that was made before on a phone without a network does not bring the words back.
alter table person add column erased_at timestamptz;
alter table grievance add column erased_at timestamptz;

create function person_stays_erased() returns trigger language plpgsql as $$
begin
  new.name := old.name;
  new.gender := old.gender;
  new.birth_year := old.birth_year;
  new.notes := old.notes;
  return new;
end $$;
create trigger stays_erased before update on person for each row when (old.erased_at is not null) execute function person_stays_erased();

create function grievance_stays_erased() returns trigger language plpgsql as $$
begin
  new.description := old.description;
  new.latitude := null;
  new.longitude := null;
  new.accuracy_metres := null;
  new.landmark := null;
  new.person_id := null;
  new.household_id := null;
  new.photos := '[]';
  new.visibility := 'private';
  return new;
end $$;
create trigger stays_erased before update on grievance for each row when (old.erased_at is not null) execute function grievance_stays_erased();
