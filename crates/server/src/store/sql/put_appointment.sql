insert into appointment (
    clinic_id, appointment_id, practitioner_id, patient_id, service_id, location_id, starts_at,
    ends_at, status, wall_start, notes, buffer_before_minutes, buffer_after_minutes,
    cancel_reason, cancel_note, status_path, series_id, "override", taken_by, taken_by_name,
    taken_at, version
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22
)
on conflict (clinic_id, appointment_id) do update set
    practitioner_id = excluded.practitioner_id,
    patient_id = excluded.patient_id,
    service_id = excluded.service_id,
    location_id = excluded.location_id,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    status = excluded.status,
    wall_start = excluded.wall_start,
    notes = excluded.notes,
    buffer_before_minutes = excluded.buffer_before_minutes,
    buffer_after_minutes = excluded.buffer_after_minutes,
    cancel_reason = excluded.cancel_reason,
    cancel_note = excluded.cancel_note,
    status_path = excluded.status_path,
    series_id = excluded.series_id,
    "override" = excluded."override",
    taken_by = excluded.taken_by,
    taken_by_name = excluded.taken_by_name,
    taken_at = excluded.taken_at,
    version = excluded.version
