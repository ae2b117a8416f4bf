-- Facts about the database as a whole, such as that it was used with a simulated clock.
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
