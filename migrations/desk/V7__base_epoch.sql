-- Why: after a restore the server's numbers begin again from an older day, so a version that somebody
-- saw before says nothing of the row that has this number now.

-- The epoch in which base_version was seen; null in what was asked before this column was there.
alter table outbox add column base_epoch blob;
