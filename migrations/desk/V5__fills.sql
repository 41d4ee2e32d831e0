-- How often the replica was replaced as a whole. With the cursor it names one state of the rows: what
-- a desk keeps in memory says of which state it is, and is compared in the transaction that uses it. The
-- cursor alone is not enough, because a snapshot may bring other rows at the same seq (a role that sees less).

alter table replica add column fills integer not null default 0;
