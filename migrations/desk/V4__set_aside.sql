-- What was set aside is listed, to be sent again or to be dismissed: so a row keeps what the server said
-- about it, also while it is being sent again and could come back to the list. A notice keeps what was
-- asked for, because "confirmed" alone does not say whether a visit was booked, moved or cancelled.

-- The server's problem as JSON; null for what was never set aside.
alter table outbox add column problem text;
update outbox
    set problem = '{"type":"about:blank","title":"","status":500,"code":"internal","detail":"it failed"}'
    where state in ('quarantined', 'set_aside');

-- The kind of the command; null for what other users did, and for notices of an older program.
alter table notice add column asked text;
