-- +goose Up

-- Responses that were removed. Nothing is kept of what they said or of who gave them; the id stays, so that a late repeat of
-- the submission is not stored again.
CREATE TABLE removals (
    response_id  uuid             PRIMARY KEY,
    removal_seq  bigint           NOT NULL CHECK (removal_seq > 0), -- from response_seq: the order among responses and removals
    survey       text COLLATE "C" NOT NULL,
    response_seq bigint           NOT NULL CHECK (response_seq > 0), -- of the response
    removed_at   timestamptz      NOT NULL,
    reason       text             NOT NULL
);
CREATE INDEX removals_survey_seq ON removals (survey, removal_seq);
CREATE INDEX removals_seq ON removals (removal_seq);
