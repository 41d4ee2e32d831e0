-- The replica: what this desk has read of its clinic's feed. Only `Cache::apply` writes it, rows and
-- cursor in one transaction. Instants are microseconds since 1970 (UTC), civil dates and wall times text.
-- Why a cursor row of its own: it must never outlive the rows it stands for (invariant I8).

create table replica (
    one            integer primary key constraint replica_is_one_row check (one = 1),
    clinic_id      blob,
    epoch          blob,
    seq            integer not null default 0,
    device_ack     integer not null default 0,
    -- The longest time that one visit occupies, in microseconds: bounds the scan for what reaches into a day.
    longest        integer not null default 0,
    at_head_at     integer,
    server_ahead   integer not null default 0
);
insert into replica (one) values (1);

create table clinic (
    clinic_id      blob primary key,
    name           text not null,
    time_zone      text not null,
    grid_minutes   integer not null,
    version        integer not null
) without rowid;

create table location (
    location_id    blob primary key,
    row            text not null,
    version        integer not null
) without rowid;

create table practitioner (
    practitioner_id blob primary key,
    row            text not null,
    version        integer not null
) without rowid;

create table service (
    service_id     blob primary key,
    row            text not null,
    version        integer not null
) without rowid;

create table schedule (
    schedule_id    blob primary key,
    row            text not null,
    version        integer not null
) without rowid;

create table exception (
    exception_id   blob primary key,
    row            text not null,
    version        integer not null
) without rowid;

-- `n` is what the search index points at.
create table patient (
    n              integer primary key,
    patient_id     blob not null constraint patient_is_unique unique,
    name           text not null,
    phone          text,
    birth_date     text,
    notes          text,
    version        integer not null
);
create index patient_by_birth_date on patient (birth_date) where birth_date is not null;

-- Clustered by start: a day is one short scan.
create table appointment (
    starts_at             integer not null,
    appointment_id        blob not null constraint appointment_is_unique unique,
    practitioner_id       blob not null,
    patient_id            blob not null,
    service_id            blob not null,
    location_id           blob,
    ends_at               integer not null,
    status                text not null,
    wall_start            text not null,
    notes                 text,
    buffer_before_minutes integer not null,
    buffer_after_minutes  integer not null,
    cancel_reason         text,
    cancel_note           text,
    taken_by              blob not null,
    taken_by_name         text not null,
    taken_at              integer not null,
    version               integer not null,
    primary key (starts_at, appointment_id)
) without rowid;
create index appointment_by_practitioner on appointment (practitioner_id, starts_at);
create index appointment_by_patient on appointment (patient_id, starts_at);

-- Names in any order, by beginnings; phone numbers by any three digits in a row.
create virtual table patient_name using fts5 (
    name, content = '', contentless_delete = 1, prefix = '1 2 3',
    tokenize = "unicode61 remove_diacritics 2"
);
create virtual table patient_phone using fts5 (
    digits, content = '', contentless_delete = 1, tokenize = 'trigram'
);

-- Pages of a delta that is not complete yet: applied together, in one transaction, with the last one.
create table inbox (
    n              integer primary key,
    page           text not null
);
