-- Other systems that are told of events.
CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    url TEXT NOT NULL,
    -- Kinds of events, and beginnings of kinds followed by `*`: a list.
    kinds JSONB NOT NULL,
    description TEXT,
    scheme TEXT NOT NULL,
    -- What signs, the newest first. As it is: a signature can't be made with a hash.
    keys JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled', 'deleted')),
    disabled_because TEXT,
    disabled_at TIMESTAMPTZ,
    -- The first attempt that failed since one succeeded.
    failing_since TIMESTAMPTZ,
    -- Where the stream of events ended when this was made: it is told of what comes after.
    after_tx BIGINT NOT NULL,
    after_id BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK ((state = 'disabled') = (disabled_at IS NOT NULL)),
    CHECK ((disabled_because IS NULL) = (disabled_at IS NULL))
);

-- An event on its way to a subscription, or a test of the way. What is told is read from the event when it is sent.
CREATE TABLE deliveries (
    -- The order in which they were made: for one subscription that of the stream of events.
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- By which the receiver knows a repetition again.
    id TEXT NOT NULL UNIQUE,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id),
    -- Which event; neither for a test.
    project_id TEXT REFERENCES projects (id),
    seq BIGINT,
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'failed')),
    -- When it may be taken to be sent: its due moment or, while it is being sent, the lease's end.
    due_at TIMESTAMPTZ,
    claimed_by TEXT,
    -- All there ever were, and those since it was made or was last asked for again.
    attempts BIGINT NOT NULL DEFAULT 0,
    attempts_of_round BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    -- However often the stream is read, an event goes to a subscription once.
    UNIQUE (subscription_id, project_id, seq),
    CHECK ((state IN ('pending', 'sending')) = (due_at IS NOT NULL)),
    CHECK ((state IN ('pending', 'sending')) = (settled_at IS NULL)),
    CHECK ((state = 'sending') = (claimed_by IS NOT NULL))
);

-- Only what can still be sent: small, however long the history grows.
CREATE INDEX deliveries_to_send ON deliveries (subscription_id, due_at, number) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_to_send_of_project ON deliveries (subscription_id, project_id, number) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_of_subscription ON deliveries (subscription_id, number);
CREATE INDEX deliveries_by_age ON deliveries (created_at);

CREATE TABLE delivery_attempts (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    attempt BIGINT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    -- Absent as long as nobody knows how it ended: under way, or the server died.
    milliseconds BIGINT,
    status BIGINT,
    -- The beginning of what was answered.
    answer TEXT,
    error TEXT,
    PRIMARY KEY (delivery_id, attempt)
);

-- How far the stream of events has been read for subscriptions. One row.
CREATE TABLE dispatch (
    row_number BIGINT NOT NULL PRIMARY KEY CHECK (row_number = 1),
    tx BIGINT NOT NULL,
    id BIGINT NOT NULL
);
INSERT INTO dispatch (row_number, tx, id) VALUES (1, -1, -1);
