-- +goose Up

-- A published survey never changes: a change is the next version.
CREATE TABLE survey_versions (
    survey       text COLLATE "C" NOT NULL,
    version      integer          NOT NULL CHECK (version > 0),
    source       bytea            NOT NULL, -- the survey file as published
    digest       bytea            NOT NULL CHECK (octet_length(digest) = 32), -- SHA-256 of source
    published_at timestamptz      NOT NULL,
    PRIMARY KEY (survey, version)
);

-- The rated items of a version in the order of responses.ratings, for those who read with SQL.
CREATE TABLE survey_items (
    survey    text COLLATE "C" NOT NULL,
    version   integer          NOT NULL,
    position  integer          NOT NULL CHECK (position >= 0), -- byte of responses.ratings, from 0
    item      text COLLATE "C" NOT NULL,
    scale_low integer          NOT NULL, -- rating = code + scale_low
    PRIMARY KEY (survey, version, position),
    FOREIGN KEY (survey, version) REFERENCES survey_versions
);

CREATE TABLE waves (
    survey    text COLLATE "C" NOT NULL,
    wave      text COLLATE "C" NOT NULL,
    opens_at  timestamptz      NOT NULL,
    closes_at timestamptz, -- null: until closed
    PRIMARY KEY (survey, wave)
);

-- An invitation is not linked to the response it leads to; the time of use would be such a link and is not kept.
CREATE TABLE invitations (
    token_hash bytea            PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    survey     text COLLATE "C" NOT NULL,
    wave       text COLLATE "C",
    attributes jsonb            NOT NULL CHECK (jsonb_typeof(attributes) = 'object'),
    expires_at timestamptz, -- null: never
    used       boolean          NOT NULL DEFAULT false,
    FOREIGN KEY (survey, wave) REFERENCES waves
);
