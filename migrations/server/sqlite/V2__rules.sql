-- Why: booking rules that leave traces on the rows. A status that can be stepped back needs the way
-- it came; a series is edited as one; a rule that was broken on purpose is named with its reason;
-- a slot is kept while somebody types; a stale edit is told which fields changed meanwhile.

-- The statuses that the visit went through, oldest first, as JSON.
alter table appointment add column status_path text not null default '[]';
alter table appointment add column series_id blob;
-- {"reason": …, "rules": […]} as JSON, when the visit's place breaks a rule.
alter table appointment add column "override" text;

create index appointment_series on appointment (clinic_id, series_id) where series_id is not null;

-- Names of the fields that a change touched, as JSON, never their values; null when the row was new
-- or when an older version wrote the change. `was` is the seq of the row's change before, so that
-- what happened to one row can be followed back without an index.
alter table change add column fields text;
alter table change add column was integer;

-- A slot that a desk keeps while its booking dialog is open.
create table hold (
    clinic_id       blob not null references clinic (clinic_id),
    hold_id         blob not null,
    practitioner_id blob not null,
    starts_at       integer not null,
    ends_at         integer not null,
    user_id         blob not null,
    user_name       text not null,
    device_id       blob not null,
    expires_at      integer not null,
    version         integer not null,
    primary key (clinic_id, hold_id),
    constraint hold_length check (ends_at > starts_at and ends_at - starts_at <= 86400000),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
) strict, without rowid;

create index hold_expires on hold (expires_at);

insert into sqlite_stat1 (tbl, idx, stat) values
    ('appointment', 'appointment_series', '20000 20000 10'),
    ('hold',        'hold',               '50 50 1'),
    ('hold',        'hold_expires',       '50 1');

analyze sqlite_schema;
