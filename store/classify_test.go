package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"paxscore/surveys"
)

// TestPostgresErrors: meaning by SQLSTATE, PostgreSQL 17 documentation, appendix A.
func TestPostgresErrors(t *testing.T) {
	for code, wanted := range map[string]cause{
		"08006": unavailable, // connection_failure
		"25006": unavailable, // read_only_sql_transaction
		"25P03": unavailable, // idle_in_transaction_session_timeout
		"40001": retry,       // serialization_failure
		"40P01": retry,       // deadlock_detected
		"53100": full,        // disk_full
		"53300": unavailable, // too_many_connections
		"57014": unavailable, // query_canceled
		"57P01": unavailable, // admin_shutdown
		"57P03": unavailable, // cannot_connect_now
		"58030": unavailable, // io_error
		"23505": refused,     // unique_violation
		"54000": refused,     // program_limit_exceeded
		"42P01": other,       // undefined_table
		"22021": refused,     // character_not_in_repertoire
	} {
		err := fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code})
		if got := (postgresDialect{}).classify(err); got != wanted {
			t.Errorf("%s: got %d, want %d", code, got, wanted)
		}
		got := wrap(postgresDialect{}, "submit response", err)
		if errors.Is(got, surveys.ErrUnavailable) != (wanted != other && wanted != refused) || !strings.HasPrefix(got.Error(), "submit response: ") ||
			strings.Contains(got.Error(), "storage is full") != (wanted == full) {
			t.Errorf("%s: got %v", code, got)
		}
	}
}
