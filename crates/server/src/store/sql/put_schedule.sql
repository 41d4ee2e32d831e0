insert into schedule (
    clinic_id, schedule_id, practitioner_id, valid_from, valid_until, cycle_weeks, blocks,
    version
) values (
    $1, $2, $3, $4, $5, $6, $7, $8
)
on conflict (clinic_id, schedule_id) do update set
    practitioner_id = excluded.practitioner_id,
    valid_from = excluded.valid_from,
    valid_until = excluded.valid_until,
    cycle_weeks = excluded.cycle_weeks,
    blocks = excluded.blocks,
    version = excluded.version
