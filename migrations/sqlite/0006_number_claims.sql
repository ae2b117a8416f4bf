-- The telephone numbers of live projects, as ranges, both ends included. No number may be in two of them: the database
-- itself refuses that, so no race can bring it about.
CREATE TABLE number_claims (
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    CHECK (first <= last),
    PRIMARY KEY (first)
) STRICT;

CREATE INDEX number_claims_of_project ON number_claims (project_id);

-- Claims don't overlap, so the one that starts last before the new one's end is the only one that can reach into it: one
-- step in the index, however many claims there are.
CREATE TRIGGER number_claims_do_not_overlap BEFORE INSERT ON number_claims
WHEN (SELECT held.last FROM number_claims AS held WHERE held.first <= NEW.last ORDER BY held.first DESC LIMIT 1) >= NEW.first
BEGIN
    SELECT RAISE(ABORT, 'number_taken');
END;

-- A claim is replaced, never moved: what the insert checks then holds for good.
CREATE TRIGGER number_claims_are_not_moved BEFORE UPDATE ON number_claims
BEGIN
    SELECT RAISE(ABORT, 'number_taken: claims are replaced, not moved');
END;
