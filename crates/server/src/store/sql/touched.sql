-- Each row that (?2, ?3] touched, once, with its last change there: of bare columns beside a lone
-- max(), SQLite gives those of the row that has the maximum.
select kind, id, actor, device, at, max(seq) as seq
from change
where clinic_id = ?1 and seq > ?2 and seq <= ?3
group by kind, id
order by max(seq), sub
