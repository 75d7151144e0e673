-- +goose Up

-- Responses that were removed. Nothing is kept of what they said or of who gave them; the id stays, so that a late repeat of
-- the submission is not stored again.
CREATE TABLE removals (
    removal_seq  INTEGER NOT NULL PRIMARY KEY CHECK (removal_seq > 0), -- from response_seq: the order among responses and removals
    response_id  BLOB    NOT NULL UNIQUE CHECK (length(response_id) = 16),
    survey       TEXT    NOT NULL,
    response_seq INTEGER NOT NULL CHECK (response_seq > 0), -- of the response
    removed_at   INTEGER NOT NULL,
    reason       TEXT    NOT NULL
) STRICT;
CREATE INDEX removals_survey_seq ON removals (survey, removal_seq);
