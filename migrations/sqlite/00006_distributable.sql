-- +goose Up

-- SQLite is one file on one machine: seq stays the row's own number. The number of this file is PostgreSQL's.
SELECT 1;
