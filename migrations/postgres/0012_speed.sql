-- Lists filtered by what few projects have: without these, a page is looked for among all that lack it. Every commit writes its project's row
-- anew in each index whose condition the row meets, so each leaves out the many that are over. A condition is proved for the values of a call, so
-- such statements are planned anew for each. Figures: EXPLAIN ANALYZE of a page of 51 among a million, the processor busy with other things.
-- They cost a commit of a project that is in three of them (an offer that waits for two parties) about 0.02 ms of the processor and 350 bytes of
-- log, a quarter and a third more than its row's UPDATE had; those of a project that is over, the conditions' evaluation.

-- Nearly all are active, and a list of those is full after a few rows of any order. Of one in a thousand on hold: 70 ms (a walk along
-- projects_by_creation past 50,000 others), now 0.1; by the last change, 50 ms, now 1.3 (all on hold are read and sorted).
CREATE INDEX projects_by_status ON projects (status, created_at, id) WHERE status <> 'active';

-- In the end nearly all are in maintenance. One phase in fifty: 1.3 ms, now 0.1; before, the oldest first would pass all that are over.
CREATE INDEX projects_by_phase ON projects (phase, created_at, id) WHERE phase <> 'maintenance';

-- One for each party, as there are three: a GIN index of all would not give the order.
-- Customer: 760 ms (sequential scan, as nothing was known of how many match), now 0.04; a party nobody waits for: 780 ms, now 0.01.
CREATE INDEX projects_waiting_on_customer ON projects (created_at, id) WHERE waiting_on @> '["customer"]';
CREATE INDEX projects_waiting_on_contractor ON projects (created_at, id) WHERE waiting_on @> '["contractor"]';
CREATE INDEX projects_waiting_on_provider ON projects (created_at, id) WHERE waiting_on @> '["provider"]';

-- What a search looks in, apart: it seldom changes, while a commit would write its hundred or so trigrams anew for the same text. What matches
-- much is found along the order's index, with a look here for each row (0.4 ms).
CREATE TABLE project_searches (
    project_id TEXT NOT NULL PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    search TEXT NOT NULL
);
INSERT INTO project_searches (project_id, search) SELECT id, search FROM projects;

CREATE FUNCTION keep_project_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO project_searches (project_id, search) VALUES (NEW.id, NEW.search)
    ON CONFLICT (project_id) DO UPDATE SET search = excluded.search;
    RETURN NULL;
END
$$;
CREATE TRIGGER projects_search_added AFTER INSERT ON projects FOR EACH ROW EXECUTE FUNCTION keep_project_search();
CREATE TRIGGER projects_search_changed AFTER UPDATE ON projects FOR EACH ROW
WHEN (OLD.search IS DISTINCT FROM NEW.search) EXECUTE FUNCTION keep_project_search();

-- The extension comes with PostgreSQL, but may not be installed or not be allowed: a search then reads all texts.
-- Nothing found: 2600 ms (sequential scan), now 0.04; one in a thousand: 470 ms, now 11 to 23 (all that match are read and sorted). One or two
-- characters have no trigram: they are found as before, and if hardly any row has them, all texts here are read (380 ms).
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX project_searches_by_part ON project_searches USING gin (search gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'no index for searches: %', SQLERRM;
END
$$;

-- The planner knows at once how many rows contain a text.
ANALYZE projects, project_searches;

-- PDFs and most files are compressed already.
ALTER TABLE documents ALTER COLUMN content SET STORAGE EXTERNAL;

-- The state is the widest thing that a commit writes: 13 KB pressed by lz4 take half the time (0.16 ms, not 0.32). Not every PostgreSQL is built
-- with it, and 13 has none.
DO $$
BEGIN
    EXECUTE 'ALTER TABLE projects ALTER COLUMN state SET COMPRESSION lz4';
    EXECUTE 'ALTER TABLE outbox ALTER COLUMN payload SET COMPRESSION lz4';
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'states are compressed as before: %', SQLERRM;
END
$$;
