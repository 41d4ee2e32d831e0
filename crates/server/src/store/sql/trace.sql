-- The best of what a user's sessions on a device have shown; no row where there was none.
select proven from session
where clinic_id = $1 and device_id = $2 and user_id = $3
order by proven desc
limit 1
