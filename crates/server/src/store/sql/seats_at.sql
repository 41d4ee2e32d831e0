-- Seats that are taken in [?2, ?3), see visits_at.sql.
select appointment_id, resource_id, seat from occupancy
where clinic_id = ?1 and start > ?2 - 14400000 and start < ?3 and "end" > ?2
union all
select appointment_id, resource_id, seat from occupancy
where clinic_id = ?1 and start > ?2 - 172800000 and start <= ?2 - 14400000
  and "end" - start > 14400000 and "end" > ?2
