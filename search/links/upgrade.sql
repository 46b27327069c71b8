-- From version 1 of the ledger to version 2, before schema.sql makes what is missing: ids become numbers, lookup keys 31 bits.

ALTER TABLE snapshot ADD COLUMN dictionary INTEGER;
DROP INDEX passage_lookup;
DROP INDEX successor_gone;
ALTER TABLE passage RENAME TO passage_before;
ALTER TABLE successor RENAME TO successor_before;
