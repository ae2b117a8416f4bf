-- Moments at which a project is to be looked at again, one per key.
CREATE TABLE timers (
    project_id TEXT NOT NULL REFERENCES projects (id),
    key TEXT NOT NULL,
    due_at TEXT NOT NULL,
    -- due_at, or, while claimed, the lease's end.
    claimable_at TEXT NOT NULL,
    claimed_by TEXT,
    PRIMARY KEY (project_id, key)
) STRICT;

CREATE INDEX timers_to_claim ON timers (claimable_at);
