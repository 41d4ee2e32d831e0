insert into user (
    clinic_id, user_id, login, name, role, practitioner_id, password_hash
) values (
    :clinic, :user, :login, :name, :role, :practitioner, :password_hash
)
