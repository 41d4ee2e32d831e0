insert into hold (
    clinic_id, hold_id, practitioner_id, starts_at, ends_at, user_id, user_name, device_id,
    expires_at, version
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
)
on conflict (clinic_id, hold_id) do update set
    practitioner_id = excluded.practitioner_id,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    user_id = excluded.user_id,
    user_name = excluded.user_name,
    device_id = excluded.device_id,
    expires_at = excluded.expires_at,
    version = excluded.version
