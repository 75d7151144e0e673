-- +goose Up

-- Bearer keys of the API. Only the hash is kept.
CREATE TABLE api_keys (
    name       text COLLATE "C" PRIMARY KEY,
    hash       bytea            NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created_at timestamptz      NOT NULL,
    revoked_at timestamptz -- null: valid
);
