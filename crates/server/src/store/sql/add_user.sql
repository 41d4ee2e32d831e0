insert into "user" (
    clinic_id, user_id, login, name, role, practitioner_id, password_hash
) values (
    $1, $2, $3, $4, $5, $6, $7
)
