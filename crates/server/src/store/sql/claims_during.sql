-- The columns that matter to free time, of the visits that can occupy something in [$2, $3); 24 h of
-- visit, 12 h of buffer. What does not reach into it after all is left to whoever asks.
select appointment_id, practitioner_id, patient_id, service_id, location_id,
       starts_at, ends_at, buffer_before_minutes, buffer_after_minutes
from appointment
where clinic_id = $1
  and starts_at > $2::bigint - 129600000 and starts_at < $3::bigint + 43200000
  and status <> 'cancelled'
order by starts_at
