-- Why: one clinic fills a file, so a `clinic_id` alone selects nothing. SQLite does not know that:
-- without statistics it prefers walking a table that is clustered by clinic to an index that finds
-- the row, and a booking in a clinic of 200,000 visits costs 50 ms instead of 0.3 ms. These numbers
-- are what `analyze` says of the reference clinic; a later `analyze` may replace them.
analyze;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('appointment', 'appointment',                    '200000 200000 50 1'),
    ('appointment', 'sqlite_autoindex_appointment_2', '200000 200000 1'),
    ('occupancy',   'occupancy',                      '400000 400000 20 1 1'),
    ('occupancy',   'occupancy_appointment',          '400000 400000 2'),
    ('occupancy',   'occupancy_start',                '400000 400000 100 100'),
    ('occupancy',   'occupancy_long',                 '1000 1000 2'),
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
