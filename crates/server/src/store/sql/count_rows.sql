-- The rows of a snapshot with visits from $2 on.
select (select count(*) from clinic where clinic_id = $1)
     + (select count(*) from location where clinic_id = $1)
     + (select count(*) from service where clinic_id = $1)
     + (select count(*) from practitioner where clinic_id = $1)
     + (select count(*) from schedule where clinic_id = $1)
     + (select count(*) from exception where clinic_id = $1)
     + (select count(*) from patient where clinic_id = $1)
     + (select count(*) from hold where clinic_id = $1)
     + (select count(*) from appointment where clinic_id = $1 and starts_at >= $2) as n
