insert into location (
    clinic_id, location_id, name, kind, capacity, active, version
) values (
    :clinic_id, :location_id, :name, :kind, :capacity, :active, :version
)
on conflict (clinic_id, location_id) do update set
    name = excluded.name,
    kind = excluded.kind,
    capacity = excluded.capacity,
    active = excluded.active,
    version = excluded.version
