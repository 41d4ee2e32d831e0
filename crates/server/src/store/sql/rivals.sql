-- Visits that occupy, in [?2, ?3), the practitioner ?4, the patient ?5 or any location: all that
-- can stand in the way of a visit, or share a seat with it. `cross join` keeps the order: from the
-- few resources to their rows, not from all visits of the clinic.
select a.* from (
    select distinct o.appointment_id
    from (
        select ?4 as id union select ?5
        union select location_id from location where clinic_id = ?1
    ) resource
    cross join occupancy o on o.clinic_id = ?1 and o.resource_id = resource.id
        and o.start > ?2 - 172800000 and o.start < ?3 and o."end" > ?2
) busy
cross join appointment a on a.clinic_id = ?1 and a.appointment_id = busy.appointment_id
