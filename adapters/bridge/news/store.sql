-- What the hub said to one source. Ids, counts and digests only. Times are whole milliseconds since 1970 (UTC).

CREATE TABLE IF NOT EXISTS sent (             -- what this adapter sealed, so that news of another's event is known
    event_id BLOB PRIMARY KEY,
    digest   BLOB NOT NULL,                   -- SHA-256 of the signed header
    sent_at  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sent_age ON sent (sent_at);

CREATE TABLE IF NOT EXISTS heard (            -- the latest news of each event
    event_id BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    said     TEXT NOT NULL                    -- JSON: outcome, told, layers, reason
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS filed (            -- where the file lies that an event came from
    event_id BLOB PRIMARY KEY,
    path     TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS place (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);  -- the offset to read next

CREATE TABLE IF NOT EXISTS hub (              -- the answer to this adapter's test
    one INTEGER PRIMARY KEY CHECK (one = 1),
    tested_at INTEGER,                        -- when the last test was sent
    known_at  INTEGER,                        -- when the hub last answered one
    reads     TEXT NOT NULL DEFAULT '{}'      -- JSON: schema to the newest version that the hub reads
);
INSERT OR IGNORE INTO hub (one) VALUES (1);
