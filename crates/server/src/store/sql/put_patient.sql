insert into patient (
    clinic_id, patient_id, name, phone, birth_date, notes, version
) values (
    $1, $2, $3, $4, $5, $6, $7
)
on conflict (clinic_id, patient_id) do update set
    name = excluded.name,
    phone = excluded.phone,
    birth_date = excluded.birth_date,
    notes = excluded.notes,
    version = excluded.version
