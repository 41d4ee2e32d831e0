insert into command (
    clinic_id, device_id, no, id, request_hash, kind, outcome, decided_seq, decided_at
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9
)
