insert into location (
    clinic_id, location_id, name, kind, capacity, active, version
) values (
    $1, $2, $3, $4, $5, $6, $7
)
on conflict (clinic_id, location_id) do update set
    name = excluded.name,
    kind = excluded.kind,
    capacity = excluded.capacity,
    active = excluded.active,
    version = excluded.version
