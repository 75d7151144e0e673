-- +goose Up

-- Bearer keys of the API. Only the hash is kept.
CREATE TABLE api_keys (
    name       TEXT    NOT NULL PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER -- null: valid
) STRICT;
