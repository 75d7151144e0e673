// Package migrations holds the database schema as numbered SQL files, one folder for each database with the same
// numbers. Files are only ever added; there is no way back down.
package migrations

import "embed"

// FS holds the folders postgres and sqlite.
//
//go:embed postgres/*.sql sqlite/*.sql
var FS embed.FS
