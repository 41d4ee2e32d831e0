-- Touches nothing when the device is shut out, or its id is another desk's: $5 is the digest of the
-- secret that this one shows, if it does, and the first one that an id has shown stays.
insert into device (clinic_id, device_id, name, user_id, secret_hash) values ($1, $2, $3, $4, $5)
on conflict (clinic_id, device_id) do update
set name = excluded.name, user_id = excluded.user_id, secret_hash = excluded.secret_hash
where device.revoked_at is null
  and (device.secret_hash is null or device.secret_hash = excluded.secret_hash)
