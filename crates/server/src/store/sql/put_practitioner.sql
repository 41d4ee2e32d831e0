insert into practitioner (
    clinic_id, practitioner_id, name, service_ids, active, version
) values (
    $1, $2, $3, $4, $5, $6
)
on conflict (clinic_id, practitioner_id) do update set
    name = excluded.name,
    service_ids = excluded.service_ids,
    active = excluded.active,
    version = excluded.version
