-- What the booking rules add: status paths, series, overrides and holds in the replica; and an outbox
-- whose numbers belong to a clinic, because one folder may see two of them and a number of one means
-- nothing to the other. The rows of the replica have older shapes now: `schema` says so, and the desk
-- takes a snapshot at the next contact. What waits to be sent stays as it is.

alter table appointment add column status_path text not null default '';
alter table appointment add column series_id blob;
alter table appointment add column "override" text;
create index appointment_by_series on appointment (series_id, starts_at) where series_id is not null;
create index appointment_pending on appointment (starts_at) where status = 'pending';

create table hold (
    hold_id        blob primary key,
    practitioner_id blob not null,
    starts_at      integer not null,
    ends_at        integer not null,
    user_id        blob not null,
    user_name      text not null,
    device_id      blob not null,
    expires_at     integer not null,
    version        integer not null
) without rowid;
create index hold_by_start on hold (starts_at);

-- The shapes that the replica's rows have (`SCHEMA` of the protocol).
alter table replica add column schema integer not null default 1;

-- The next number of this device at each clinic.
create table numbering (
    clinic_id      blob primary key,
    next_no        integer not null
) without rowid;
insert into numbering (clinic_id, next_no)
    select clinic_id, next_no from session, device;
alter table device drop column next_no;

--   quarantined  the server fails on it again and again: its number travels as `noop`, the row stays
--   set_aside    the same, and the number is done with
create table outbox_of_clinics (
    clinic_id      blob not null,
    no             integer not null,
    command_id     blob not null constraint outbox_command_is_unique unique,
    user_id        blob not null,
    kind           text not null,
    args           text not null,
    base_version   integer,
    state          text not null constraint outbox_state_is_known check
                   (state in ('sending', 'withdrawn', 'decided', 'quarantined', 'set_aside')),
    -- How often the server failed on it while it was sent alone.
    failures       integer not null default 0,
    outcome        text,
    epoch          blob,
    seq            integer,
    created_at     integer not null,
    practitioner_id blob,
    starts_at      integer,
    ends_at        integer,
    primary key (clinic_id, no)
);
insert into outbox_of_clinics (clinic_id, no, command_id, user_id, kind, args, base_version, state,
        outcome, epoch, seq, created_at, practitioner_id, starts_at, ends_at)
    select coalesce((select clinic_id from session), zeroblob(16)), no, command_id, user_id, kind,
        args, base_version, state, outcome, epoch, seq, created_at, practitioner_id, starts_at, ends_at
    from outbox;
drop table outbox;
alter table outbox_of_clinics rename to outbox;

-- A notice need not be about a slot: what was asked may have been a patient's record.
create table notice_of_any (
    notice_id      blob primary key,
    dedupe         text not null constraint notice_tells_an_edge_once unique,
    kind           text not null,
    practitioner_id blob,
    starts_at      integer not null,
    ends_at        integer not null,
    by_name        text,
    at             integer not null,
    seen           integer not null default 0
) without rowid;
insert into notice_of_any select * from notice;
drop table notice;
alter table notice_of_any rename to notice;
create index notice_by_time on notice (at);
