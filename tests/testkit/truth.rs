//! What must be so in every committed state, asked in SQL of the database itself and not of the
//! server: I1, I20, I21, I24.

use crate::engine::Ground;

/// A sentence, and a query that finds what speaks against it.
const TRUTHS: [(&str, &str); 9] = [
    (
        "I20: two visits never sit on one seat of one resource at once",
        r#"select a.appointment_id, b.appointment_id, a.seat from occupancy a join occupancy b
           on b.clinic_id = a.clinic_id and b.resource_id = a.resource_id and b.seat = a.seat
           and b.start >= a.start and b.start < a."end"
           and (b.start > a.start or b.appointment_id > a.appointment_id)"#,
    ),
    (
        "I20: only visits of one kind share a practitioner",
        r#"select a.appointment_id, b.appointment_id from occupancy a join occupancy b
           on b.clinic_id = a.clinic_id and b.resource_id = a.resource_id
           and b.start >= a.start and b.start < a."end" and b.share_key <> a.share_key"#,
    ),
    (
        "I21: no seat of a location is beyond its capacity, but for those given by an override",
        "select o.appointment_id, o.seat from occupancy o join location l
         on l.clinic_id = o.clinic_id and l.location_id = o.resource_id
         where o.seat > l.capacity and o.seat < 1000",
    ),
    (
        "I21: a patient is in one place, but for an override",
        "select o.appointment_id, o.seat from occupancy o join patient p
         on p.clinic_id = o.clinic_id and p.patient_id = o.resource_id
         where o.seat > 1 and o.seat < 1000",
    ),
    (
        "I21: a practitioner takes one visit at once, but for classes and overrides",
        "select o.appointment_id, o.seat from occupancy o
         join appointment a on a.clinic_id = o.clinic_id and a.appointment_id = o.appointment_id
         join service s on s.clinic_id = a.clinic_id and s.service_id = a.service_id
         where o.resource_id = a.practitioner_id and o.seat > s.capacity and o.seat < 1000
         and s.overlap_policy not like '%up_to%'",
    ),
    (
        "I24: a seat belongs to a visit that takes place",
        "select o.appointment_id, o.resource_id from occupancy o left join appointment a
         on a.clinic_id = o.clinic_id and a.appointment_id = o.appointment_id
         where a.appointment_id is null or a.status = 'cancelled'",
    ),
    (
        "I24: a visit that takes place has all its seats, for as long as it lasts",
        r#"select a.appointment_id, a.status from appointment a where a.status <> 'cancelled' and (
           not exists (select 1 from occupancy o where o.clinic_id = a.clinic_id
             and o.appointment_id = a.appointment_id and o.resource_id = a.practitioner_id
             and o.start = a.starts_at - a.buffer_before_minutes * 60000
             and o."end" = a.ends_at + a.buffer_after_minutes * 60000)
           or not exists (select 1 from occupancy o where o.clinic_id = a.clinic_id
             and o.appointment_id = a.appointment_id and o.resource_id = a.patient_id
             and o.start = a.starts_at and o."end" = a.ends_at)
           or (select count(*) from occupancy o where o.clinic_id = a.clinic_id
             and o.appointment_id = a.appointment_id)
             <> case when a.location_id is null then 2 else 3 end)"#,
    ),
    (
        "I1: the seqs of the feed are exactly floor+1…seq",
        "select f.seq, f.floor, count(distinct c.seq), min(c.seq), max(c.seq) from feed f
         left join change c on c.clinic_id = f.clinic_id and c.seq > f.floor
         group by f.clinic_id, f.seq, f.floor
         having count(distinct c.seq) <> f.seq - f.floor
         or coalesce(min(c.seq), f.floor + 1) <> f.floor + 1 or coalesce(max(c.seq), f.seq) <> f.seq",
    ),
    (
        "I11: a device's numbers are dense and each has its outcome",
        "select d.device_id, d.last_no, count(c.no) from device d left join command c
         on c.clinic_id = d.clinic_id and c.device_id = d.device_id
         group by d.clinic_id, d.device_id, d.last_no
         having count(c.no) <> d.last_no or coalesce(max(c.no), 0) <> d.last_no",
    ),
];

/// # Panics
/// With the sentence that does not hold, and what speaks against it.
#[track_caller]
pub(crate) fn check(ground: &Ground) {
    // In one question, because a story asks it after every crash.
    let questions = TRUTHS.iter().enumerate();
    let questions = questions
        .map(|(at, (_, against))| format!("select {at} as broken where exists ({against})"));
    let broken = ground.rows(&questions.collect::<Vec<_>>().join(" union all "));
    for (at, (sentence, against)) in TRUTHS.iter().enumerate() {
        assert!(
            !broken.contains(&at.to_string()),
            "{sentence}: {:?}",
            ground.rows(against)
        );
    }
}
