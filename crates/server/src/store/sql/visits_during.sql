-- Visits that occupy something in [$2, $3), in the order of the table; 24 h of visit, 12 h of buffer.
select * from appointment
where clinic_id = $1
  and starts_at > $2::bigint - 129600000 and starts_at < $3::bigint + 43200000
  and status <> 'cancelled'
  and starts_at - buffer_before_minutes * 60000 < $3
  and ends_at + buffer_after_minutes * 60000 > $2
order by starts_at
