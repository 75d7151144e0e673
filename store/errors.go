package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"paxscore/surveys"
)

// cause is what a database's error means to the caller.
type cause int

const (
	other       cause = iota
	unavailable       // the database cannot be reached or cannot work now
	full              // no space left
	retry             // the same transaction may succeed the next time
	busy              // another program was writing all the while that the database waited
	refused           // the database does not take something that was to be stored
)

// wrap puts the operation before an error and says whether the store is unavailable. Errors of the domain and a
// cancelled context keep their meaning.
func (s *Store) wrap(operation string, err error) error {
	wrapped := wrap(s.dialect, operation, err)
	if err != nil && s.closed.Load() && !errors.Is(wrapped, surveys.ErrUnavailable) {
		return fmt.Errorf("%s: %w: the store is closed: %w", operation, surveys.ErrUnavailable, err)
	}
	return wrapped
}

func wrap(d dialect, operation string, err error) error {
	var invalid *surveys.InvalidError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, surveys.ErrUnavailable), errors.Is(err, surveys.ErrOverloaded), errors.As(err, &invalid), errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", operation, err)
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fmt.Errorf("%s: %w", operation, surveys.ErrNotFound)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w: no answer in time: %w", operation, surveys.ErrUnavailable, err)
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return fmt.Errorf("%s: %w: connection lost: %w", operation, surveys.ErrUnavailable, err)
	}
	switch d.classify(err) {
	case full:
		return fmt.Errorf("%s: %w: storage is full: %w", operation, surveys.ErrUnavailable, err)
	case unavailable, retry, busy:
		return fmt.Errorf("%s: %w: %w", operation, surveys.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", operation, err)
}

// one makes an update that met no row ErrNotFound.
func one(tx *gorm.DB) error {
	if tx.Error == nil && tx.RowsAffected == 0 {
		return surveys.ErrNotFound
	}
	return tx.Error
}
