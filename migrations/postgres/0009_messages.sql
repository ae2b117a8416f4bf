-- Messages exchanged with peers, as they were: evidence, and the reason why a repeated one has no second effect.
CREATE TABLE messages (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    peer TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    -- The peer's own id of the message.
    external_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body JSONB NOT NULL,
    -- Absent while nobody knows which project the message belongs to. Checked at the end of the transaction: a message is
    -- written first, as a repeated one must stop the commit before anything else is looked at.
    project_id TEXT REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (peer, direction, external_id)
);

CREATE INDEX messages_of_project ON messages (project_id, id);
