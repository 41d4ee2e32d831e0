-- Who and what is taken in [$2, $3), buffers included, and nothing else: tens of thousands of rows, of
-- which each column costs. 24 h of visit, 12 h of buffer; what does not reach into it after all is left
-- to whoever asks.
select practitioner_id, location_id,
       starts_at - buffer_before_minutes * 60000 as starts,
       ends_at + buffer_after_minutes * 60000 as ends, service_id
from appointment
where clinic_id = $1
  and starts_at > $2::bigint - 129600000 and starts_at < $3::bigint + 43200000
  and status <> 'cancelled'
order by starts_at
