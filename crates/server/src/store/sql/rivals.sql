-- Visits that occupy, in [$2, $3), the practitioner $4, the patient $5 or any location: all that can
-- stand in the way of a visit, or share a seat with it.
select * from appointment
where clinic_id = $1 and appointment_id in (
    select appointment_id from occupancy
    where clinic_id = $1 and resource_id = $4
      and start > $2::bigint - 172800000 and start < $3 and "end" > $2
    union
    select appointment_id from occupancy
    where clinic_id = $1 and resource_id = $5
      and start > $2::bigint - 172800000 and start < $3 and "end" > $2
    union
    select appointment_id from occupancy
    where clinic_id = $1 and resource_id in (select location_id from location where clinic_id = $1)
      and start > $2::bigint - 172800000 and start < $3 and "end" > $2
)
