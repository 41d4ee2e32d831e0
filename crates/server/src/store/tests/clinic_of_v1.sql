
-- One clinic with one visit, as the version before wrote it.
insert into feed values (zeroblob(16), zeroblob(16), 2, 1, zeroblob(32));
insert into clinic values (zeroblob(16), 'C', 'UTC', 30, 1);
insert into practitioner values (zeroblob(16), zeroblob(16), 'P', '[]', 1, 1);
insert into patient values (zeroblob(16), zeroblob(16), 'A', null, null, null, 1);
insert into service values (zeroblob(16), zeroblob(16), 'S', 30, 0, 0, 1, 0, '"exclusive"', 1, 1);
insert into appointment values (
    zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(16), zeroblob(16), null, 3600000, 5400000,
    'booked', '1970-01-01T01:00', null, 0, 0, null, null, zeroblob(16), 'N', 0, 2
);
insert into change values (
    zeroblob(16), 2, 0, 'appointment', zeroblob(16), 'put', zeroblob(16), zeroblob(16), 0
);
