-- Why: with a secret of its own a desk shows the server that its id is its own, see ADR 18.

-- Drawn at the next sign-in; it never changes, also when the id has to.
alter table device add column secret text;
