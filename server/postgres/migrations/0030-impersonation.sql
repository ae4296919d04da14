-- A session of the operator as a person of the office has a device of its own: its time and its reason stand there. It ends at
-- `impersonated_until`, whatever its tokens say. See docs/decisions/0030.
alter table device
  add column impersonated_until timestamptz,
  add column impersonation_reason text,
  add constraint device_impersonation_whole check ((impersonated_until is null) = (impersonation_reason is null));
