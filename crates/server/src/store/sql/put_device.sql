insert into device (clinic_id, device_id, name, user_id) values ($1, $2, $3, $4)
on conflict (clinic_id, device_id) do update set name = excluded.name, user_id = excluded.user_id
