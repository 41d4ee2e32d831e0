insert into clinic (
    clinic_id, name, time_zone, grid_minutes, version
) values (
    $1, $2, $3, $4, $5
)
on conflict (clinic_id) do update set
    name = excluded.name,
    time_zone = excluded.time_zone,
    grid_minutes = excluded.grid_minutes,
    version = excluded.version
