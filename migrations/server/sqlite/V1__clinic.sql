-- Why: one clinic's truth, decided by one writer. Desks only ever see what `feed.seq` has counted.
--
-- Rules of this schema
-- * Everything is keyed by clinic first, so no query can reach another clinic's row by an id alone.
-- * Ids are UUIDs in 16 bytes, made in time order (v7), so that new rows land on the last page.
-- * Instants are integer milliseconds since 1970-01-01T00:00Z. Civil dates are 'YYYY-MM-DD', wall
--   times 'YYYY-MM-DDTHH:MM' in the clinic's zone.
-- * `version` is the seq of the row's last change.
-- * `change` and `audit` hold pointers and digests, never a patient's data: erasing a patient must
--   not break history.

-- The clinic's counter. A writer takes this row before it reads anything else of the clinic.
create table feed (
    clinic_id blob not null primary key,
    epoch     blob not null,
    seq       integer not null check (seq >= 0),
    floor     integer not null check (floor between 0 and seq), -- changes up to here are not kept
    head_hash blob not null                                     -- last hash of the audit chain
) strict, without rowid;

create table clinic (
    clinic_id    blob not null primary key references feed (clinic_id),
    name         text not null,
    time_zone    text not null,
    grid_minutes integer not null check (grid_minutes between 1 and 1440),
    version      integer not null
) strict, without rowid;

create table user (
    clinic_id       blob not null references clinic (clinic_id),
    user_id         blob not null,
    login           text not null check (login = lower(login) and login <> ''),
    name            text not null,
    role            text not null check (role in ('receptionist', 'practitioner', 'manager')),
    practitioner_id blob,
    password_hash   text not null,
    active          integer not null default 1 check (active in (0, 1)),
    primary key (clinic_id, user_id),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
) strict, without rowid;

-- A sign-in names only the user, so a login is unique across clinics.
create unique index user_login on user (login);

create table device (
    clinic_id  blob not null references clinic (clinic_id),
    device_id  blob not null,
    name       text not null,
    user_id    blob not null, -- who signed in last
    last_no    integer not null default 0 check (last_no >= 0),
    revoked_at integer,
    primary key (clinic_id, device_id)
) strict, without rowid;

-- Rows are kept after they end: a user's commands are accepted from a desk on which that user has
-- had a session. Only the digest of a token is stored, so a copy of this file signs nobody in.
create table session (
    token_hash blob not null primary key,
    clinic_id  blob not null,
    user_id    blob not null,
    device_id  blob not null,
    created_at integer not null,
    expires_at integer not null,
    revoked_at integer,
    foreign key (clinic_id, user_id) references user (clinic_id, user_id),
    foreign key (clinic_id, device_id) references device (clinic_id, device_id)
) strict, without rowid;

create index session_device_user on session (clinic_id, device_id, user_id);
create index session_revoked on session (revoked_at) where revoked_at is not null;

-- What was asked and what was decided, for ever: the same number gets the same answer.
create table command (
    clinic_id    blob not null,
    device_id    blob not null,
    no           integer not null check (no >= 1),
    id           blob not null,
    request_hash blob not null, -- of everything that makes the wish, in canonical JSON
    kind         text not null,
    outcome      text not null, -- the Outcome as JSON
    decided_seq  integer not null,
    decided_at   integer not null,
    primary key (clinic_id, device_id, no),
    foreign key (clinic_id, device_id) references device (clinic_id, device_id)
) strict, without rowid;

-- Which rows a seq touched. `sub` counts within one seq, so a reader can never see half of one.
create table change (
    clinic_id blob not null references feed (clinic_id),
    seq       integer not null,
    sub       integer not null,
    kind      text not null,
    id        blob not null,
    op        text not null check (op in ('put', 'remove')),
    actor     blob not null,
    device    blob not null,
    at        integer not null,
    primary key (clinic_id, seq, sub)
) strict, without rowid;

-- hash = SHA-256 over the length-prefixed fields and prev_hash: any flipped byte is found.
create table audit (
    clinic_id    blob not null references feed (clinic_id),
    n            integer not null check (n >= 1),
    at           integer not null,
    actor        blob not null,
    device       blob not null,
    action       text not null,
    id           blob not null, -- the command, or the user concerned
    seq          integer not null,
    payload_hash blob not null,
    prev_hash    blob not null,
    hash         blob not null,
    primary key (clinic_id, n)
) strict, without rowid;

create table location (
    clinic_id   blob not null references clinic (clinic_id),
    location_id blob not null,
    name        text not null,
    kind        text not null check (kind in ('room', 'equipment')),
    capacity    integer not null check (capacity >= 1),
    active      integer not null check (active in (0, 1)),
    version     integer not null,
    primary key (clinic_id, location_id)
) strict, without rowid;

create table practitioner (
    clinic_id       blob not null references clinic (clinic_id),
    practitioner_id blob not null,
    name            text not null,
    service_ids     text not null, -- JSON
    active          integer not null check (active in (0, 1)),
    version         integer not null,
    primary key (clinic_id, practitioner_id)
) strict, without rowid;

create table service (
    clinic_id             blob not null references clinic (clinic_id),
    service_id            blob not null,
    name                  text not null,
    duration_minutes      integer not null check (duration_minutes between 1 and 1440),
    buffer_before_minutes integer not null check (buffer_before_minutes between 0 and 720),
    buffer_after_minutes  integer not null check (buffer_after_minutes between 0 and 720),
    capacity              integer not null check (capacity >= 1),
    needs_approval        integer not null check (needs_approval in (0, 1)),
    overlap_policy        text not null, -- JSON
    active                integer not null check (active in (0, 1)),
    version               integer not null,
    primary key (clinic_id, service_id)
) strict, without rowid;

create table patient (
    clinic_id  blob not null references clinic (clinic_id),
    patient_id blob not null,
    name       text not null,
    phone      text,
    birth_date text,
    notes      text,
    version    integer not null,
    primary key (clinic_id, patient_id)
) strict, without rowid;

create table schedule (
    clinic_id       blob not null,
    schedule_id     blob not null,
    practitioner_id blob not null,
    valid_from      text not null,
    valid_until     text,
    cycle_weeks     integer not null check (cycle_weeks >= 1),
    blocks          text not null, -- JSON
    version         integer not null,
    primary key (clinic_id, schedule_id),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
) strict, without rowid;

-- `from` and `until` are wall times: an exception stays where people said it, whatever clocks do.
create table exception (
    clinic_id       blob not null references clinic (clinic_id),
    exception_id    blob not null,
    practitioner_id blob, -- null: the whole clinic
    kind            text not null check (kind in ('time_off', 'closure', 'extra_hours')),
    "from"          text not null,
    until           text not null check (until > "from"),
    reason          text not null,
    version         integer not null,
    primary key (clinic_id, exception_id),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
) strict, without rowid;

-- Clustered by start, because a day is what everybody reads.
create table appointment (
    clinic_id             blob not null references clinic (clinic_id),
    appointment_id        blob not null,
    practitioner_id       blob not null,
    patient_id            blob not null,
    service_id            blob not null,
    location_id           blob,
    starts_at             integer not null,
    ends_at               integer not null,
    status                text not null check (status in
        ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'cancelled', 'noshow')),
    wall_start            text not null,
    notes                 text,
    buffer_before_minutes integer not null check (buffer_before_minutes between 0 and 720),
    buffer_after_minutes  integer not null check (buffer_after_minutes between 0 and 720),
    cancel_reason         text check (cancel_reason in ('patient', 'clinic', 'revoked')),
    cancel_note           text,
    taken_by              blob not null,
    taken_by_name         text not null,
    taken_at              integer not null,
    version               integer not null,
    primary key (clinic_id, starts_at, appointment_id),
    constraint appointment_id_once unique (clinic_id, appointment_id),
    constraint appointment_length check (ends_at > starts_at and ends_at - starts_at <= 86400000),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id),
    foreign key (clinic_id, patient_id) references patient (clinic_id, patient_id),
    foreign key (clinic_id, service_id) references service (clinic_id, service_id),
    foreign key (clinic_id, location_id) references location (clinic_id, location_id)
) strict, without rowid;

-- Which seat of which resource is taken, and how long. No status: a cancelled visit has no rows,
-- so a pending and a booked one can never both fit. At most 48 h long (a visit of 24 h with at most
-- 12 h of buffer on each side), so that an overlap can only begin in the 48 h before the end.
create table occupancy (
    clinic_id      blob not null,
    appointment_id blob not null,
    resource_id    blob not null,
    seat           integer not null check (seat >= 1),
    share_key      blob,
    start          integer not null,
    "end"          integer not null,
    primary key (clinic_id, resource_id, start, seat),
    constraint occupancy_length check ("end" > start and "end" - start <= 172800000),
    foreign key (clinic_id, appointment_id) references appointment (clinic_id, appointment_id)
) strict, without rowid;

create index occupancy_appointment on occupancy (clinic_id, appointment_id);

-- The last line against double bookings (invariant I20), also for hands that write SQL.
create trigger occupancy_no_overlap_insert before insert on occupancy
when exists (
    select 1 from occupancy o
    where o.clinic_id = new.clinic_id and o.resource_id = new.resource_id
      and o.start < new."end" and o.start > new.start - 172800000
      and o.seat = new.seat and o."end" > new.start
)
begin
    select raise(abort, 'occupancy_no_overlap');
end;

create trigger occupancy_no_overlap_update
before update of clinic_id, resource_id, seat, start, "end" on occupancy
when exists (
    select 1 from occupancy o
    where o.clinic_id = new.clinic_id and o.resource_id = new.resource_id
      and o.start < new."end" and o.start > new.start - 172800000
      and o.seat = new.seat and o."end" > new.start
      and not (o.clinic_id = old.clinic_id and o.resource_id = old.resource_id
               and o.start = old.start and o.seat = old.seat)
)
begin
    select raise(abort, 'occupancy_no_overlap');
end;

create trigger occupancy_no_mixing_insert before insert on occupancy
when new.share_key is not null and exists (
    select 1 from occupancy o
    where o.clinic_id = new.clinic_id and o.resource_id = new.resource_id
      and o.start < new."end" and o.start > new.start - 172800000
      and o."end" > new.start and o.share_key <> new.share_key
)
begin
    select raise(abort, 'occupancy_no_mixing');
end;

create trigger occupancy_no_mixing_update
before update of clinic_id, resource_id, share_key, start, "end" on occupancy
when new.share_key is not null and exists (
    select 1 from occupancy o
    where o.clinic_id = new.clinic_id and o.resource_id = new.resource_id
      and o.start < new."end" and o.start > new.start - 172800000
      and o."end" > new.start and o.share_key <> new.share_key
      and not (o.clinic_id = old.clinic_id and o.resource_id = old.resource_id
               and o.start = old.start and o.seat = old.seat)
)
begin
    select raise(abort, 'occupancy_no_mixing');
end;

-- One clinic fills a file, so a `clinic_id` alone selects nothing. SQLite does not know that:
-- without statistics it prefers walking a table that is clustered by clinic to an index that finds
-- the row, and a booking in a clinic of 200,000 visits costs 50 ms instead of 0.3 ms. These numbers
-- are what `analyze` says of the reference clinic; a later `analyze` may replace them.
analyze;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('appointment', 'appointment',                    '200000 200000 50 1'),
    ('appointment', 'sqlite_autoindex_appointment_2', '200000 200000 1'),
    ('occupancy',   'occupancy',                      '400000 400000 20 1 1'),
    ('occupancy',   'occupancy_appointment',          '400000 400000 2'),
    ('patient',     'patient',                        '20000 20000 1'),
    ('change',      'change',                         '200000 200000 1 1'),
    ('command',     'command',                        '200000 200000 2000 1'),
    ('audit',       'audit',                          '200000 200000 1'),
    ('device',      'device',                         '100 100 1'),
    ('session',     'session',                        '10000 1'),
    ('session',     'session_device_user',            '10000 10000 100 20'),
    ('session',     'session_revoked',                '5000 1'),
    ('user',        'user',                           '50 50 1');

-- Reads them back for the connection that is open.
analyze sqlite_schema;
