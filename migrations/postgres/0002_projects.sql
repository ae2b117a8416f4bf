-- One row per project: its state as the rules left it, and the few columns that lists filter and sort by.
CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    -- What people call the project ("2027-0001"); on letters, so never used twice.
    reference TEXT NOT NULL UNIQUE,
    -- A commit says which version it was decided upon; another one since then wins the race.
    version BIGINT NOT NULL CHECK (version > 0),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    phase TEXT NOT NULL,
    status TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    -- The name in lower case, made outside the database: SQLite's lower() knows only ASCII, PostgreSQL's follows the
    -- locale. So both sort alike, byte by byte.
    customer_name_key TEXT COLLATE "C" NOT NULL,
    city TEXT NOT NULL,
    -- A JSON list of parties.
    waiting_on JSONB NOT NULL,
    next_due_on DATE,
    porting_on DATE,
    porting_status TEXT NOT NULL,
    cutover_status TEXT NOT NULL,
    -- Lower-case text that a search looks in. A search is for any part of a word, so it reads this column of every row it
    -- passes: an index would not help without full-text extensions.
    search TEXT NOT NULL,
    -- By far the widest: PostgreSQL keeps it out of line, so lists don't read it.
    state JSONB NOT NULL
);

-- A list is read along one of these, from the cursor on, until a page is full; `id` orders rows that tie.
CREATE INDEX projects_by_creation ON projects (created_at, id);
CREATE INDEX projects_by_update ON projects (updated_at, id);
CREATE INDEX projects_by_customer ON projects (customer_name_key, id);
CREATE INDEX projects_by_next_due ON projects (next_due_on, id);
CREATE INDEX projects_by_porting ON projects (porting_on, id);

-- The last number given out in a year's references; a number that was taken and not used is a gap, which is allowed.
CREATE TABLE reference_counters (
    year BIGINT NOT NULL PRIMARY KEY,
    last_number BIGINT NOT NULL
);

-- An answer from outside names the dossier only; this leads it to its project.
CREATE TABLE dossiers (
    dossier_id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id)
);
