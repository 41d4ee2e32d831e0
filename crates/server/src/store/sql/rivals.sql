select appointment_id from occupancy
where clinic_id = $1 and resource_id = $resource
  and start > $from::bigint - 172800000 and start < $until and "end" > $from
