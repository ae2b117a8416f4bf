-- Who is signed in with a browser. Only the hash of a session's id is kept: a copy of the database lets nobody in.
CREATE TABLE sessions (
    id_sha256 TEXT NOT NULL PRIMARY KEY,
    -- Whose it is: the way they are known and their name in it. `token` and its id, so far.
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- SHA-256 of what they signed in with: once that is not good any more, nor is the session.
    proof_sha256 TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- Written now and then only, not at each request.
    seen_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL
);

-- What has ended is taken away when somebody signs in.
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- Incidents and cutovers under way are looked for on every opening of the first page, and are few.
CREATE INDEX projects_by_cutover ON projects (cutover_status, created_at, id) WHERE cutover_status IN ('incident', 'running');
