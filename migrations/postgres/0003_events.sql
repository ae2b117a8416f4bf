-- A transaction's place in the stream of events. A server to which the database was restored from a dump counts its
-- transactions from a lower number: the shift, set when the database is opened, keeps later events later.
CREATE FUNCTION feed_tx(id xid8) RETURNS BIGINT LANGUAGE sql STABLE AS $$
    SELECT id::text::bigint + coalesce((SELECT value::bigint FROM meta WHERE key = 'feed_shift'), 0)
$$;

-- The audit trail: what happened, in order, never changed.
CREATE TABLE events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The transaction that wrote the event, see feed_tx. Transactions commit in another order than they take an `id`, so
    -- a reader that goes by `id` alone would skip what commits late.
    tx BIGINT NOT NULL DEFAULT feed_tx(pg_current_xact_id()),
    project_id TEXT NOT NULL REFERENCES projects (id),
    -- 1, 2, 3 … within the project.
    seq BIGINT NOT NULL,
    -- The project's version that this event is part of.
    version BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor JSONB NOT NULL,
    kind TEXT NOT NULL,
    data JSONB NOT NULL,
    UNIQUE (project_id, seq)
);

-- The stream of all projects' events is read in this order.
CREATE INDEX events_in_feed_order ON events (tx, id);
-- "When did anything last happen" must not read the whole trail.
CREATE INDEX events_by_time ON events (at);

CREATE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only';
END
$$;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_events();

CREATE TRIGGER events_are_never_emptied BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events();
