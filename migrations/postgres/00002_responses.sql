-- +goose Up

-- The one row that hands out responses.seq. Its lock is held from the number to the commit, so numbers become visible in
-- their order and without gaps.
CREATE TABLE response_seq (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    last bigint  NOT NULL
);
INSERT INTO response_seq (last) VALUES (0);

CREATE TABLE responses (
    id              uuid             PRIMARY KEY, -- made by the client
    seq             bigint           NOT NULL UNIQUE CHECK (seq > 0), -- commit order
    received_at     timestamptz      NOT NULL,
    submitted_at    timestamptz, -- null: unknown
    response_weight double precision NOT NULL CHECK (response_weight >= 0),
    seconds         double precision, -- time taken; null: unknown
    version         integer          NOT NULL,
    survey          text COLLATE "C" NOT NULL,
    wave            text COLLATE "C",
    mode            text COLLATE "C" NOT NULL,
    language        text COLLATE "C" NOT NULL,
    respondent      text COLLATE "C",
    ratings         bytea            NOT NULL, -- one byte for each row of survey_items, see the view ratings
    attributes      jsonb            NOT NULL, -- {"attribute": "value"}, known values only
    comments        jsonb, -- {"item": "text"}
    digest          bytea            NOT NULL CHECK (octet_length(digest) = 32) -- SHA-256 of the content
);
CREATE INDEX responses_survey_seq ON responses (survey, seq);

-- One row for each rating. Code 253 is not routed, 254 not applicable, 255 skipped; any other is the rating above the low
-- end of its scale.
CREATE VIEW ratings AS
SELECT r.id AS response_id, r.seq, r.survey, r.version, i.position, i.item, c.code,
       CASE WHEN c.code < 250 THEN c.code + i.scale_low END AS rating,
       CASE c.code WHEN 253 THEN 'not_routed' WHEN 254 THEN 'not_applicable' WHEN 255 THEN 'skipped' ELSE 'answered' END AS status
FROM responses r
JOIN survey_items i ON i.survey = r.survey AND i.version = r.version AND i.position < octet_length(r.ratings)
CROSS JOIN LATERAL (SELECT get_byte(r.ratings, i.position) AS code) c;
