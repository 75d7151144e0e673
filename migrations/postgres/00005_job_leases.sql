-- +goose Up

-- Who of several programs does a background job, and until when unless it says that it goes on.
CREATE TABLE job_leases (
    job        text COLLATE "C" PRIMARY KEY,
    holder     text COLLATE "C" NOT NULL,
    expires_at timestamptz      NOT NULL -- by the database's clock
);
