-- What belongs to this desk: who is signed in, what is on its way, what is watched, what was told.
-- A snapshot replaces the replica and leaves these tables alone.

create table device (
    one            integer primary key constraint device_is_one_row check (one = 1),
    device_id      blob not null,
    next_no        integer not null default 1
);

create table session (
    one            integer primary key constraint session_is_one_row check (one = 1),
    token          text,
    user_id        blob not null,
    user_name      text not null,
    role           text not null,
    practitioner_id blob,
    sign_in_name   text not null,
    clinic_id      blob not null,
    clinic_name    text not null,
    time_zone      text not null
);

-- A command is here, on the disk, before its first byte leaves; it goes when its outcome was told.
--   sending    may have been sent; is sent again, under the same number, until it is decided
--   withdrawn  was never sent and never will be: its number travels as `noop`
--   decided    the outcome is known and waits until the cursor has reached it
create table outbox (
    no             integer primary key,
    command_id     blob not null constraint outbox_command_is_unique unique,
    user_id        blob not null,
    kind           text not null,
    args           text not null,
    base_version   integer,
    state          text not null constraint outbox_state_is_known
                   check (state in ('sending', 'withdrawn', 'decided')),
    outcome        text,
    epoch          blob,
    seq            integer,
    created_at     integer not null,
    -- The slot in question, for the notice that brings a late outcome.
    practitioner_id blob,
    starts_at      integer,
    ends_at        integer
);

create table watch (
    watch_id       blob primary key,
    practitioner_id blob not null,
    starts_at      integer not null,
    ends_at        integer not null,
    wants          text not null constraint watch_wants_is_known check (wants in ('taken', 'freed')),
    -- The draft of an open booking dialog; such watches end with the process.
    appointment_id blob
) without rowid;
create index watch_by_start on watch (starts_at);

-- `dedupe` names the edge, so that an edge is told once however many watches saw it.
create table notice (
    notice_id      blob primary key,
    dedupe         text not null constraint notice_tells_an_edge_once unique,
    kind           text not null,
    practitioner_id blob not null,
    starts_at      integer not null,
    ends_at        integer not null,
    by_name        text,
    at             integer not null,
    seen           integer not null default 0
) without rowid;
create index notice_by_time on notice (at);
