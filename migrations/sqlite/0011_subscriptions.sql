-- Other systems that are told of events.
CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    url TEXT NOT NULL,
    -- Kinds of events, and beginnings of kinds followed by `*`: a list.
    kinds TEXT NOT NULL,
    description TEXT,
    scheme TEXT NOT NULL,
    -- What signs, the newest first. As it is: a signature can't be made with a hash.
    keys TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled', 'deleted')),
    disabled_because TEXT,
    disabled_at TEXT,
    -- The first attempt that failed since one succeeded.
    failing_since TEXT,
    -- Where the stream of events ended when this was made: it is told of what comes after.
    after_tx INTEGER NOT NULL,
    after_id INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((state = 'disabled') = (disabled_at IS NOT NULL)),
    CHECK ((disabled_because IS NULL) = (disabled_at IS NULL))
) STRICT;

-- An event on its way to a subscription, or a test of the way. What is told is read from the event when it is sent.
CREATE TABLE deliveries (
    -- The order in which they were made: for one subscription that of the stream of events.
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- By which the receiver knows a repetition again.
    id TEXT NOT NULL UNIQUE,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id),
    -- Which event; neither for a test.
    project_id TEXT REFERENCES projects (id),
    seq INTEGER,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'failed')),
    -- When it may be taken to be sent: its due moment or, while it is being sent, the lease's end.
    due_at TEXT,
    claimed_by TEXT,
    -- All there ever were, and those since it was made or was last asked for again.
    attempts INTEGER NOT NULL DEFAULT 0,
    attempts_of_round INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    settled_at TEXT,
    -- However often the stream is read, an event goes to a subscription once.
    UNIQUE (subscription_id, project_id, seq),
    CHECK ((state IN ('pending', 'sending')) = (due_at IS NOT NULL)),
    CHECK ((state IN ('pending', 'sending')) = (settled_at IS NULL)),
    CHECK ((state = 'sending') = (claimed_by IS NOT NULL))
) STRICT;

-- Only what can still be sent: small, however long the history grows.
CREATE INDEX deliveries_to_send ON deliveries (subscription_id, due_at, number) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_to_send_of_project ON deliveries (subscription_id, project_id, number) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_of_subscription ON deliveries (subscription_id, number);
CREATE INDEX deliveries_by_age ON deliveries (created_at);

CREATE TABLE delivery_attempts (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    attempt INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    -- Absent as long as nobody knows how it ended: under way, or the server died.
    milliseconds INTEGER,
    status INTEGER,
    -- The beginning of what was answered.
    answer TEXT,
    error TEXT,
    PRIMARY KEY (delivery_id, attempt)
) STRICT;

-- How far the stream of events has been read for subscriptions. One row.
CREATE TABLE dispatch (
    row_number INTEGER NOT NULL PRIMARY KEY CHECK (row_number = 1),
    tx INTEGER NOT NULL,
    id INTEGER NOT NULL
) STRICT;
INSERT INTO dispatch (row_number, tx, id) VALUES (1, -1, -1);
