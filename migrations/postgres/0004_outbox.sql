-- What is to be done in the world outside. A row is written in the transaction that decided it, so no decision loses its
-- effect.
CREATE TABLE outbox (
    -- Also the idempotency key towards whoever performs it.
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL,
    payload JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'waiting', 'done', 'withdrawn')),
    -- When a worker may take it: its due moment, or, while claimed, the lease's end. One column, so that "what can be
    -- done now" and "when is there something to do" are one look each.
    claimable_at TIMESTAMPTZ,
    claimed_by TEXT,
    -- Counts claims. With claimed_by it fences off a worker whose lease ran out.
    attempts BIGINT NOT NULL DEFAULT 0,
    -- Some lease ran out without an outcome: the effect may have happened.
    previous_attempt_lost BOOLEAN NOT NULL DEFAULT FALSE,
    last_error TEXT,
    outcome JSONB,
    created_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    CHECK ((state IN ('pending', 'claimed')) = (claimable_at IS NOT NULL)),
    CHECK ((state = 'claimed') = (claimed_by IS NOT NULL))
);

-- Only what can still be claimed: small, however long the history grows.
CREATE INDEX outbox_to_claim ON outbox (claimable_at) WHERE claimable_at IS NOT NULL;
CREATE INDEX outbox_of_project ON outbox (project_id, created_at);
