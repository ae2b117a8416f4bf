-- Moments at which a project is to be looked at again, one per key.
CREATE TABLE timers (
    project_id TEXT NOT NULL REFERENCES projects (id),
    key TEXT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    -- due_at, or, while claimed, the lease's end.
    claimable_at TIMESTAMPTZ NOT NULL,
    claimed_by TEXT,
    PRIMARY KEY (project_id, key)
);

CREATE INDEX timers_to_claim ON timers (claimable_at);
