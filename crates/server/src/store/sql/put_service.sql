insert into service (
    clinic_id, service_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes,
    capacity, needs_approval, overlap_policy, active, version
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
)
on conflict (clinic_id, service_id) do update set
    name = excluded.name,
    duration_minutes = excluded.duration_minutes,
    buffer_before_minutes = excluded.buffer_before_minutes,
    buffer_after_minutes = excluded.buffer_after_minutes,
    capacity = excluded.capacity,
    needs_approval = excluded.needs_approval,
    overlap_policy = excluded.overlap_policy,
    active = excluded.active,
    version = excluded.version
