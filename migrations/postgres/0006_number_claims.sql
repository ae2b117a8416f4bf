-- The telephone numbers of live projects, as ranges, both ends included. No number may be in two of them: the database
-- itself refuses that, so no race can bring it about.
CREATE TABLE number_claims (
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    CHECK (first <= last),
    PRIMARY KEY (first),
    EXCLUDE USING gist (int8range(first, last, '[]') WITH &&)
);

CREATE INDEX number_claims_of_project ON number_claims (project_id);
