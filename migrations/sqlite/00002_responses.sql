-- +goose Up

-- The one row that hands out responses.seq, within the one writing transaction there is at a time.
CREATE TABLE response_seq (
    one_row INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (one_row = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO response_seq (last) VALUES (0);

-- seq is the row's own number in SQLite, so that following it reads the table in order and needs no index.
CREATE TABLE responses (
    seq             INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0), -- commit order
    id              BLOB    NOT NULL UNIQUE CHECK (length(id) = 16), -- UUID, made by the client
    received_at     INTEGER NOT NULL,
    submitted_at    INTEGER, -- null: unknown
    response_weight REAL    NOT NULL CHECK (response_weight >= 0),
    seconds         REAL, -- time taken; null: unknown
    version         INTEGER NOT NULL,
    survey          TEXT    NOT NULL,
    wave            TEXT,
    mode            TEXT    NOT NULL,
    language        TEXT    NOT NULL,
    respondent      TEXT,
    ratings         BLOB    NOT NULL, -- one byte for each row of survey_items, see the view ratings
    attributes      TEXT    NOT NULL, -- {"attribute": "value"}, known values only
    comments        TEXT, -- {"item": "text"}
    digest          BLOB    NOT NULL CHECK (length(digest) = 32) -- SHA-256 of the content
) STRICT;
CREATE INDEX responses_survey_seq ON responses (survey, seq);

-- One row for each rating. Code 253 is not routed, 254 not applicable, 255 skipped; any other is the rating above the low
-- end of its scale.
CREATE VIEW ratings AS
SELECT lower(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' || substr(h, 17, 4) || '-' || substr(h, 21))
           AS response_id,
       seq, survey, version, position, item, code,
       CASE WHEN code < 250 THEN code + scale_low END AS rating,
       CASE code WHEN 253 THEN 'not_routed' WHEN 254 THEN 'not_applicable' WHEN 255 THEN 'skipped' ELSE 'answered' END AS status
FROM (
    SELECT hex(r.id) AS h, r.seq, r.survey, r.version, i.position, i.item, i.scale_low,
           16 * (instr('0123456789ABCDEF', substr(hex(substr(r.ratings, i.position + 1, 1)), 1, 1)) - 1)
              + (instr('0123456789ABCDEF', substr(hex(substr(r.ratings, i.position + 1, 1)), 2, 1)) - 1) AS code
    FROM responses r
    JOIN survey_items i ON i.survey = r.survey AND i.version = r.version AND i.position < length(r.ratings)
);
