-- Why: one clinic's truth where one machine is not enough. Several servers write beside each other;
-- the clinic's feed row says whose turn it is. The same tables, columns and constraint names as on
-- SQLite, so that one text of the store runs on both.
--
-- Rules of this schema
-- * Everything is keyed by clinic first, so no query can reach another clinic's row by an id alone.
-- * Ids are UUIDs made in time order (v7), so that new rows land on the last page.
-- * Whoever writes takes device rows in ascending order, then the feed row, then the rest. Nothing
--   ever locks the other way round.
-- * Instants are milliseconds since 1970-01-01T00:00Z in a `bigint`, as every number is; yes and no
--   are 1 and 0. Civil dates are 'YYYY-MM-DD', wall times 'YYYY-MM-DDTHH:MM' in the clinic's zone:
--   text, because no time zone of the database may ever touch them. JSON is text for the same reason:
--   it is read by one program only.
-- * `version` is the seq of the row's last change.
-- * `change` and `audit` hold pointers and digests, never a patient's data: erasing a patient must
--   not break history.

-- Equality beside ranges in one constraint; comes with the server, the owner of a database may
-- create it.
create extension if not exists btree_gist;

-- The clinic's counter. A writer takes this row before it reads anything else of the clinic.
create table feed (
    clinic_id uuid not null primary key,
    epoch     uuid not null,
    seq       bigint not null check (seq >= 0),
    floor     bigint not null check (floor between 0 and seq), -- changes up to here are not kept
    head_hash bytea not null                                     -- last hash of the audit chain
);

create table clinic (
    clinic_id    uuid not null primary key references feed (clinic_id),
    name         text not null,
    time_zone    text not null,
    grid_minutes bigint not null check (grid_minutes between 1 and 1440),
    version      bigint not null
);

create table location (
    clinic_id   uuid not null references clinic (clinic_id),
    location_id uuid not null,
    name        text not null,
    kind        text not null check (kind in ('room', 'equipment')),
    capacity    bigint not null check (capacity >= 1),
    active      bigint not null check (active in (0, 1)),
    version     bigint not null,
    primary key (clinic_id, location_id)
);

create table practitioner (
    clinic_id       uuid not null references clinic (clinic_id),
    practitioner_id uuid not null,
    name            text not null,
    service_ids     text not null, -- JSON
    active          bigint not null check (active in (0, 1)),
    version         bigint not null,
    primary key (clinic_id, practitioner_id)
);

create table "user" (
    clinic_id       uuid not null references clinic (clinic_id),
    user_id         uuid not null,
    login           text not null check (login = lower(login) and login <> ''),
    name            text not null,
    role            text not null check (role in ('receptionist', 'practitioner', 'manager')),
    practitioner_id uuid,
    password_hash   text not null,
    active          bigint not null default 1 check (active in (0, 1)),
    primary key (clinic_id, user_id),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
);

-- A sign-in names only the user, so a login is unique across clinics.
create unique index user_login on "user" (login);

create table device (
    clinic_id  uuid not null references clinic (clinic_id),
    device_id  uuid not null,
    name       text not null,
    user_id    uuid not null, -- who signed in last
    last_no    bigint not null default 0 check (last_no >= 0),
    revoked_at bigint,
    primary key (clinic_id, device_id)
);

-- Rows are kept after they end: a user's commands are accepted from a desk on which that user has
-- had a session. Only the digest of a token is stored, so a copy of this file signs nobody in.
create table session (
    token_hash bytea not null primary key,
    clinic_id  uuid not null,
    user_id    uuid not null,
    device_id  uuid not null,
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    foreign key (clinic_id, user_id) references "user" (clinic_id, user_id),
    foreign key (clinic_id, device_id) references device (clinic_id, device_id)
);

create index session_device_user on session (clinic_id, device_id, user_id);
create index session_revoked on session (revoked_at) where revoked_at is not null;

-- What was asked and what was decided, for ever: the same number gets the same answer.
create table command (
    clinic_id    uuid not null,
    device_id    uuid not null,
    no           bigint not null check (no >= 1),
    id           uuid not null,
    request_hash bytea not null, -- of everything that makes the wish, in canonical JSON
    kind         text not null,
    outcome      text not null, -- the Outcome as JSON
    decided_seq  bigint not null,
    decided_at   bigint not null,
    primary key (clinic_id, device_id, no),
    foreign key (clinic_id, device_id) references device (clinic_id, device_id)
);

-- Which rows a seq touched. `sub` counts within one seq, so a reader can never see half of one.
create table change (
    clinic_id uuid not null references feed (clinic_id),
    seq       bigint not null,
    sub       bigint not null,
    kind      text not null,
    id        uuid not null,
    op        text not null check (op in ('put', 'remove')),
    actor     uuid not null,
    device    uuid not null,
    at        bigint not null,
    fields    text,   -- names of the fields that changed, as JSON, never values; null for a new row
    was       bigint, -- seq of the row's change before
    primary key (clinic_id, seq, sub)
);

-- hash = SHA-256 over the length-prefixed fields and prev_hash: any flipped byte is found.
create table audit (
    clinic_id    uuid not null references feed (clinic_id),
    n            bigint not null check (n >= 1),
    at           bigint not null,
    actor        uuid not null,
    device       uuid not null,
    action       text not null,
    id           uuid not null, -- the command, or the user concerned
    seq          bigint not null,
    payload_hash bytea not null,
    prev_hash    bytea not null,
    hash         bytea not null,
    primary key (clinic_id, n)
);

create table service (
    clinic_id             uuid not null references clinic (clinic_id),
    service_id            uuid not null,
    name                  text not null,
    duration_minutes      bigint not null check (duration_minutes between 1 and 1440),
    buffer_before_minutes bigint not null check (buffer_before_minutes between 0 and 720),
    buffer_after_minutes  bigint not null check (buffer_after_minutes between 0 and 720),
    capacity              bigint not null check (capacity >= 1),
    needs_approval        bigint not null check (needs_approval in (0, 1)),
    overlap_policy        text not null, -- JSON
    active                bigint not null check (active in (0, 1)),
    version               bigint not null,
    primary key (clinic_id, service_id)
);

create table patient (
    clinic_id  uuid not null references clinic (clinic_id),
    patient_id uuid not null,
    name       text not null,
    phone      text,
    birth_date text,
    notes      text,
    version    bigint not null,
    primary key (clinic_id, patient_id)
);

create table schedule (
    clinic_id       uuid not null,
    schedule_id     uuid not null,
    practitioner_id uuid not null,
    valid_from      text not null,
    valid_until     text,
    cycle_weeks     bigint not null check (cycle_weeks >= 1),
    blocks          text not null, -- JSON
    version         bigint not null,
    primary key (clinic_id, schedule_id),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
);

-- `from` and `until` are wall times: an exception stays where people said it, whatever clocks do.
create table exception (
    clinic_id       uuid not null references clinic (clinic_id),
    exception_id    uuid not null,
    practitioner_id uuid, -- null: the whole clinic
    kind            text not null check (kind in ('time_off', 'closure', 'extra_hours')),
    "from"          text not null,
    until           text not null check (until > "from"),
    reason          text not null,
    version         bigint not null,
    primary key (clinic_id, exception_id),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
);

-- Clustered by start, because a day is what everybody reads.
create table appointment (
    clinic_id             uuid not null references clinic (clinic_id),
    appointment_id        uuid not null,
    practitioner_id       uuid not null,
    patient_id            uuid not null,
    service_id            uuid not null,
    location_id           uuid,
    starts_at             bigint not null,
    ends_at               bigint not null,
    status                text not null check (status in
        ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'cancelled', 'noshow')),
    wall_start            text not null,
    notes                 text,
    buffer_before_minutes bigint not null check (buffer_before_minutes between 0 and 720),
    buffer_after_minutes  bigint not null check (buffer_after_minutes between 0 and 720),
    cancel_reason         text check (cancel_reason in ('patient', 'clinic', 'revoked')),
    cancel_note           text,
    status_path           text not null default '[]', -- JSON, oldest first
    series_id             uuid,
    "override"            text, -- JSON
    taken_by              uuid not null,
    taken_by_name         text not null,
    taken_at              bigint not null,
    version               bigint not null,
    primary key (clinic_id, starts_at, appointment_id),
    constraint appointment_id_once unique (clinic_id, appointment_id),
    constraint appointment_length check (ends_at > starts_at and ends_at - starts_at <= 86400000),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id),
    foreign key (clinic_id, patient_id) references patient (clinic_id, patient_id),
    foreign key (clinic_id, service_id) references service (clinic_id, service_id),
    foreign key (clinic_id, location_id) references location (clinic_id, location_id)
);

create index appointment_series on appointment (clinic_id, series_id) where series_id is not null;

-- A slot that a desk keeps while its booking dialog is open.
create table hold (
    clinic_id       uuid not null references clinic (clinic_id),
    hold_id         uuid not null,
    practitioner_id uuid not null,
    starts_at       bigint not null,
    ends_at         bigint not null,
    user_id         uuid not null,
    user_name       text not null,
    device_id       uuid not null,
    expires_at      bigint not null,
    version         bigint not null,
    primary key (clinic_id, hold_id),
    constraint hold_length check (ends_at > starts_at and ends_at - starts_at <= 86400000),
    foreign key (clinic_id, practitioner_id) references practitioner (clinic_id, practitioner_id)
);

create index hold_expires on hold (expires_at);

-- Which seat of which resource is taken, and how long. No status: a cancelled visit has no rows,
-- so a pending and a booked one can never both fit. The two exclusion constraints are the last line
-- against double bookings (invariant I20), also for hands that write SQL. Alone they would be safe
-- but not live: two transactions that insert in different orders deadlock; behind the feed row's
-- lock nobody ever waits in them. They can be deferred, so that seats can be exchanged by hand.
create table occupancy (
    clinic_id      uuid not null,
    appointment_id uuid not null,
    resource_id    uuid not null,
    seat           bigint not null check (seat >= 1),
    share_key      uuid,
    start          bigint not null,
    "end"          bigint not null,
    constraint occupancy_length check ("end" > start and "end" - start <= 172800000),
    constraint occupancy_no_overlap exclude using gist (
        clinic_id with =, resource_id with =, seat with =, int8range(start, "end") with &&
    ) deferrable initially immediate,
    constraint occupancy_no_mixing exclude using gist (
        clinic_id with =, resource_id with =, share_key with <>, int8range(start, "end") with &&
    ) where (share_key is not null) deferrable initially immediate,
    foreign key (clinic_id, appointment_id) references appointment (clinic_id, appointment_id)
);

create index occupancy_resource on occupancy (clinic_id, resource_id, start);
create index occupancy_appointment on occupancy (clinic_id, appointment_id);
