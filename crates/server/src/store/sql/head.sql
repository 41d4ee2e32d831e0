select epoch, seq, floor, head_hash,
       (select max(n) from audit where clinic_id = $1) as acts
from feed where clinic_id = $1
