-- The ledger: an append-only log. Nothing in it is ever altered or deleted, so a build that dies leaves only entries that no
-- generation in force refers to.

-- One row a build. `base` is the generation it was built upon; following it gives the history a generation stands on.
-- Imported history has sequence numbers below zero and belongs to every history.
CREATE TABLE IF NOT EXISTS generation (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    base INTEGER,
    created TEXT NOT NULL
);

-- What the texts of many documents have in common, for their compression.
CREATE TABLE IF NOT EXISTS dictionary (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
);

-- A document's text at one time: a JSON list of [passage id, kind, text] in reading order, compressed with the dictionary named
-- (`search/links/bodies.py`).
CREATE TABLE IF NOT EXISTS snapshot (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    digest BLOB NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    passages INTEGER NOT NULL,
    body BLOB NOT NULL,
    dictionary INTEGER,
    UNIQUE (document, digest)
);

-- From this generation on the document reads like this snapshot; NULL: it is no longer there.
CREATE TABLE IF NOT EXISTS event (
    generation INTEGER NOT NULL,
    document TEXT NOT NULL,
    snapshot INTEGER,
    PRIMARY KEY (generation, document)
) WITHOUT ROWID;

-- Where a passage id stands. Ids are numbers (`search/links/keys.py`), those of unusual form texts. `lookup` (31 bits) finds equal texts
-- quickly; equality itself is decided on match forms.
CREATE TABLE IF NOT EXISTS passage (
    id NOT NULL,
    snapshot INTEGER NOT NULL,
    position INTEGER NOT NULL,
    lookup INTEGER NOT NULL,
    PRIMARY KEY (id, snapshot)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passage_lookup ON passage (lookup);

-- From this generation on the id, which vanished, leads to `target` (state moved or changed) or nowhere (gone).
-- `id` is a number as in `passage`, `target` is not. `parts` and `candidates` are JSON lists of ids: further successors of a split text, and what is offered instead.
CREATE TABLE IF NOT EXISTS successor (
    id NOT NULL,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL,
    target TEXT,
    parts TEXT NOT NULL DEFAULT '[]',
    candidates TEXT NOT NULL DEFAULT '[]',
    similarity REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (id, generation)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS successor_gone ON successor (state) WHERE state = 'gone';
