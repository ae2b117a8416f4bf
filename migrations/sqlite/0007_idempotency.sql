-- Answers already given, so that a repeated request gets the same one and has no second effect.
CREATE TABLE idempotency (
    -- Whose key it is: two clients may choose the same.
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    -- Tells a repetition from another request under the same key.
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;

-- Old answers are pruned by age.
CREATE INDEX idempotency_by_age ON idempotency (created_at);
