insert into command (
    clinic_id, device_id, no, id, request_hash, kind, outcome, decided_seq, decided_at
) values (
    :clinic, :device, :no, :id, :request_hash, :kind, :outcome, :decided_seq, :decided_at
)
