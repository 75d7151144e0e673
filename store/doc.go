// Package store keeps surveys, waves, invitations, responses and API keys in PostgreSQL or SQLite. Both hold the same
// tables and answer alike; what differs between them stands in postgres.go and sqlite.go.
//
// Every write is one transaction. Responses are numbered by seq from one counter row that stays locked until the commit,
// so that a reader who follows seq sees every response once, in order and without gaps.
package store
