-- Visits that occupy something in [?2, ?3): the short ones began at most 4 h before, the few long
-- ones have an index of their own. `cross join` keeps SQLite from walking all visits instead.
select a.* from (
    select appointment_id from occupancy
    where clinic_id = ?1 and start > ?2 - 14400000 and start < ?3 and "end" > ?2
    union
    select appointment_id from occupancy
    where clinic_id = ?1 and start > ?2 - 172800000 and start <= ?2 - 14400000
      and "end" - start > 14400000 and "end" > ?2
) busy
cross join appointment a on a.clinic_id = ?1 and a.appointment_id = busy.appointment_id
