-- Visits that occupy, in [$2, $3), one of these resources: the practitioner, the patient or any location,
-- which is all that can stand in the way of a visit, or share a seat with it. The list is as long as the
-- clinic has locations: named one by one, each is looked up, whatever a database believes of its tables.
select * from appointment
where clinic_id = $1 and appointment_id in (
    select appointment_id from occupancy
    where clinic_id = $1 and resource_id in ($4, $5)
      and start > $2::bigint - 172800000 and start < $3 and "end" > $2
)
