-- Why: every desk is told the ids of the others, so an id alone proves nothing. With its secret a desk
-- shows that it is the one that drew the id; only then may it send what another of its users asked for.

-- SHA-256 of the secret; null while a desk has shown none.
alter table device add column secret_hash blob;
