-- What the hub said to one source. Ids, counts and digests only. Times are whole milliseconds since 1970 (UTC).

CREATE TABLE IF NOT EXISTS sent (             -- what this adapter sealed, so that news of another's event is known
    event_id    BLOB PRIMARY KEY,
    digest      BLOB NOT NULL,                -- SHA-256 of the signed header
    signing_key TEXT NOT NULL,
    test        INTEGER NOT NULL,             -- 1: a test of the connection
    sent_at     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sent_age ON sent (sent_at);

CREATE TABLE IF NOT EXISTS heard (            -- the latest news of each event
    event_id BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    said     TEXT NOT NULL                    -- JSON: outcome, told, layers, reason
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS heard_age ON heard (at);

CREATE TABLE IF NOT EXISTS filed (            -- where the files lie that an event came from
    event_id BLOB NOT NULL,
    path     TEXT NOT NULL,
    filed_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, path)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS filed_age ON filed (filed_at);

CREATE TABLE IF NOT EXISTS place (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);  -- the offset to read next

CREATE TABLE IF NOT EXISTS hub (              -- what is known of it
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    tested_at   INTEGER,                      -- when the last test was sent
    test_id     BLOB,
    waits_since INTEGER,                      -- when the first test was sent that nothing was heard after
    known_at    INTEGER,                      -- when it last said anything of what this adapter sent
    known_key   TEXT,                         -- and under which key that was signed
    refused     TEXT,                         -- why it could not use the last test
    reads       TEXT NOT NULL DEFAULT '{}'    -- JSON: schema to the newest version that the hub reads
);
INSERT OR IGNORE INTO hub (one) VALUES (1);
