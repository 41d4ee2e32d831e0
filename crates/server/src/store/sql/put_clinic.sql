insert into clinic (
    clinic_id, name, time_zone, grid_minutes, version
) values (
    :clinic_id, :name, :time_zone, :grid_minutes, :version
)
on conflict (clinic_id) do update set
    name = excluded.name,
    time_zone = excluded.time_zone,
    grid_minutes = excluded.grid_minutes,
    version = excluded.version
