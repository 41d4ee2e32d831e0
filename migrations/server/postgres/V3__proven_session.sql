-- Why: that an id has a secret now says nothing of who used it before. Each session keeps whether it was
-- opened with the secret, and only what such sessions have in common may speak for one another.

-- Those of before have shown nothing: their users are asked again, at the latest when they expire.
alter table session add column proven bigint not null default 0 check (proven in (0, 1));
