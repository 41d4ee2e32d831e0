insert into change (clinic_id, seq, sub, kind, id, op, actor, device, at, fields, was)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
