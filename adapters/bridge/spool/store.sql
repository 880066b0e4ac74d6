-- The spool of one source: sealed events that Kafka has not acknowledged, and which notices were accepted before.
-- It never holds plaintext: `value` is sealed and signed, `case_key` and `facts_mac` are HMACs under a secret that
-- lies elsewhere. Times are whole milliseconds since 1970 (UTC).

CREATE TABLE IF NOT EXISTS event (
    position   INTEGER PRIMARY KEY AUTOINCREMENT, -- order of acceptance; never used twice
    event_id   BLOB    NOT NULL UNIQUE,
    topic      TEXT    NOT NULL,
    case_key   BLOB    NOT NULL,                  -- the Kafka record key
    spooled_at INTEGER NOT NULL,
    held       INTEGER NOT NULL DEFAULT 0,        -- 1: Kafka will not take it as its topics are set
    size       INTEGER NOT NULL,
    value      BLOB    NOT NULL                   -- last, so that the columns above are read without it
);
CREATE INDEX IF NOT EXISTS event_due ON event (topic, held, position);

-- One row for each event accepted in the last while, also after Kafka has it: a notice posted twice is one event.
CREATE TABLE IF NOT EXISTS accepted (
    case_key    BLOB    NOT NULL,
    sequence    INTEGER NOT NULL,
    event_id    BLOB    NOT NULL,
    facts_mac   BLOB    NOT NULL,
    accepted_at INTEGER NOT NULL,
    PRIMARY KEY (case_key, sequence)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS accepted_age ON accepted (accepted_at);
CREATE INDEX IF NOT EXISTS accepted_event ON accepted (event_id);

-- What of an accepted notice is not in its event, for who sends it again to hear of it too: names of fields, no values.
CREATE TABLE IF NOT EXISTS left_out (
    event_id BLOB PRIMARY KEY,
    said     TEXT NOT NULL                        -- JSON: a sentence for each
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS notice_forgotten AFTER DELETE ON accepted
    BEGIN DELETE FROM left_out WHERE event_id = OLD.event_id; END;

CREATE TABLE IF NOT EXISTS total (one INTEGER PRIMARY KEY CHECK (one = 1), events INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT OR IGNORE INTO total VALUES (1, 0, 0);
CREATE TRIGGER IF NOT EXISTS event_added AFTER INSERT ON event
    BEGIN UPDATE total SET events = events + 1, bytes = bytes + NEW.size; END;
CREATE TRIGGER IF NOT EXISTS event_removed AFTER DELETE ON event
    BEGIN UPDATE total SET events = events - 1, bytes = bytes - OLD.size; END;

-- For trying whether a disk that was full takes something again; it holds nothing.
CREATE TABLE IF NOT EXISTS trial (value BLOB);
