-- +goose Up

-- A table that is spread over machines can be unique only in what it is spread by, the id. That seq is unique follows from
-- the counter row, whose lock is held from a number to its commit; what reads by seq names the survey, so
-- responses_survey_seq serves it.
ALTER TABLE responses DROP CONSTRAINT responses_seq_key;
