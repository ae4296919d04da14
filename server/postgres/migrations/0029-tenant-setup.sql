-- Steps of the set-up that the office said are done: {"done": ["office", ...]}.
alter table tenant add column setup jsonb not null default '{}';
grant update (setup) on tenant to sampark_app;
