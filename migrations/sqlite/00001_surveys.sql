-- +goose Up

-- Times are microseconds since 1970-01-01 UTC.

-- A published survey never changes: a change is the next version.
CREATE TABLE survey_versions (
    survey       TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    source       BLOB    NOT NULL, -- the survey file as published
    digest       BLOB    NOT NULL CHECK (length(digest) = 32), -- SHA-256 of source
    published_at INTEGER NOT NULL,
    PRIMARY KEY (survey, version)
) STRICT;

-- The rated items of a version in the order of responses.ratings, for those who read with SQL.
CREATE TABLE survey_items (
    survey    TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    position  INTEGER NOT NULL CHECK (position >= 0), -- byte of responses.ratings, from 0
    item      TEXT    NOT NULL,
    scale_low INTEGER NOT NULL, -- rating = code + scale_low
    PRIMARY KEY (survey, version, position),
    FOREIGN KEY (survey, version) REFERENCES survey_versions (survey, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE waves (
    survey    TEXT    NOT NULL,
    wave      TEXT    NOT NULL,
    opens_at  INTEGER NOT NULL,
    closes_at INTEGER, -- null: until closed
    PRIMARY KEY (survey, wave)
) STRICT, WITHOUT ROWID;

-- An invitation is not linked to the response it leads to; the time of use would be such a link and is not kept.
CREATE TABLE invitations (
    token_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    survey     TEXT    NOT NULL,
    wave       TEXT,
    attributes TEXT    NOT NULL CHECK (json_type(attributes) = 'object'),
    expires_at INTEGER, -- null: never
    used       INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1)),
    FOREIGN KEY (survey, wave) REFERENCES waves (survey, wave)
) STRICT, WITHOUT ROWID;
