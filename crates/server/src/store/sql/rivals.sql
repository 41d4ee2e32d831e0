-- Visits that occupy the resource $4 in [$2, $3). Asked for each resource by itself, however many travel
-- together: there is one way to find them, whatever a database believes of its tables.
select appointment_id from occupancy
where clinic_id = $1 and resource_id = $4
  and start > $2::bigint - 172800000 and start < $3 and "end" > $2
