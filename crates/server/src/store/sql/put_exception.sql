insert into exception (
    clinic_id, exception_id, practitioner_id, kind, "from", until, reason, version
) values (
    $1, $2, $3, $4, $5, $6, $7, $8
)
on conflict (clinic_id, exception_id) do update set
    practitioner_id = excluded.practitioner_id,
    kind = excluded.kind,
    "from" = excluded."from",
    until = excluded.until,
    reason = excluded.reason,
    version = excluded.version
