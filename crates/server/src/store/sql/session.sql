-- Sessions that live: not ended, not expired, its user still active, its device still allowed.
select s.token_hash, s.clinic_id, s.device_id, s.user_id, s.expires_at, s.proven,
       u.name, u.role, u.practitioner_id
from session s
join "user" u on u.clinic_id = s.clinic_id and u.user_id = s.user_id and u.active = 1
join device d on d.clinic_id = s.clinic_id and d.device_id = s.device_id and d.revoked_at is null
where s.token_hash in ($tokens) and s.revoked_at is null and s.expires_at > $1
