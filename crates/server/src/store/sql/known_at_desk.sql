-- A session of this account on this desk that was opened with the desk's secret, which is shown now.
select 1 from "user" u
join device d on d.clinic_id = u.clinic_id and d.device_id = $2
join session s on s.clinic_id = d.clinic_id and s.device_id = d.device_id and s.user_id = u.user_id
where u.login = $1 and d.secret_hash = $3 and d.revoked_at is null and s.proven = 1
