-- +goose Up

-- Who of several programs does a background job, and until when unless it says that it goes on.
CREATE TABLE job_leases (
    job        TEXT    NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    expires_at INTEGER NOT NULL -- by the database's clock
) STRICT;
