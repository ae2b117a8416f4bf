-- Who may call. Only the token's hash is kept: a copy of the database lets nobody in.
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- A customer's token opens this project only.
    project_id TEXT REFERENCES projects (id),
    sha256 TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
