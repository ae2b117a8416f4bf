-- Letters as they were sent and files as they were received; the project's state says what each is.
CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL,
    filename TEXT NOT NULL,
    content_type TEXT NOT NULL,
    -- Of the content, in hexadecimal: shows that a signed paper is still the one that was signed.
    sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;
