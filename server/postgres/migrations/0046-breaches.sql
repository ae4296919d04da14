-- What went wrong with people's data, from the moment it was noticed: what the Board and the people are told, and what was done when and by whom.
create table breach (
  tenant_id uuid not null references tenant,
  id uuid not null,
  -- Server clock; the 72 hours run from noticed_at.
  recorded_at timestamptz not null,
  -- Null: the command of the operator.
  recorded_by uuid,
  noticed_at timestamptz not null,
  noticed_by text not null,
  -- When the data lay open, as far as it is known.
  open_from timestamptz,
  open_until timestamptz,
  scope jsonb not null,
  data_kinds text[] not null,
  -- Free words by name, as shared/privacy/breach.ts lists them: they name nobody.
  words jsonb not null,
  closed_at timestamptz,
  closed_by uuid,
  closing_reason text,
  primary key (tenant_id, id),
  check ((closed_at is null) = (closing_reason is null))
);
select secure_table('breach', 'select, insert, update');

create table breach_step (
  tenant_id uuid not null references tenant,
  breach_id uuid not null,
  step text not null,
  done_at timestamptz not null,
  done_by uuid,
  primary key (tenant_id, breach_id, step),
  foreign key (tenant_id, breach_id) references breach (tenant_id, id)
);
select secure_table('breach_step', 'select, insert, delete');
