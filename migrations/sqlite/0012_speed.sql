-- Lists filtered by what few projects have: without these, a page is looked for among all that lack it. Every commit writes its project's row
-- anew in each index whose condition the row meets, so each leaves out the many that are over. They serve the order of creation.
-- Figures: a page of 51 among 100,000. An UPDATE of a project that is in three of them takes about 1.2 times as long, not counting the disk.

-- Nearly all are active, and a list of those is full after a few rows of any order. Of one in a thousand on hold: 415 ms, now 0.1.
CREATE INDEX projects_by_status ON projects (status, created_at, id) WHERE status <> 'active';

-- In the end nearly all are in maintenance. One phase in fifty: 25 ms, now 0.1.
CREATE INDEX projects_by_phase ON projects (phase, created_at, id) WHERE phase <> 'maintenance';

-- One for each party, as there are three. Customer: 19 ms, now 0.1; a party nobody waits for: 1350 ms, now none.
CREATE INDEX projects_waiting_on_customer ON projects (created_at, id) WHERE instr(waiting_on, '"customer"') > 0;
CREATE INDEX projects_waiting_on_contractor ON projects (created_at, id) WHERE instr(waiting_on, '"contractor"') > 0;
CREATE INDEX projects_waiting_on_provider ON projects (created_at, id) WHERE instr(waiting_on, '"provider"') > 0;

-- A search still reads the texts of all rows it passes: 330 ms if it finds nothing. FTS5 would have to be written beside them.
