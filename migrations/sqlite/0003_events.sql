-- The audit trail: what happened, in order, never changed.
CREATE TABLE events (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- The transaction that wrote the event. Here writers wait for each other, so `id` alone is the order of commits; the
    -- column exists because PostgreSQL needs it.
    tx INTEGER NOT NULL DEFAULT 0,
    project_id TEXT NOT NULL REFERENCES projects (id),
    -- 1, 2, 3 … within the project.
    seq INTEGER NOT NULL,
    -- The project's version that this event is part of.
    version INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (project_id, seq)
) STRICT;

-- "When did anything last happen" must not read the whole trail.
CREATE INDEX events_by_time ON events (at);

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
