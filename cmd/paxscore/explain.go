package main

import (
	"errors"
	"fmt"
	"syscall"

	"paxscore/surveys"
)

// explain adds to an error what a person can do about it.
func explain(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Sprintf("%v\nThe disk is full: free some space and run the same command again.", err)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("%v\nAnother program listens there: stop it, or choose another address with --addr.", err)
	case errors.Is(err, surveys.ErrUnavailable):
		return fmt.Sprintf("%v\nCheck --db: a PostgreSQL server must run there, a SQLite file lie in a folder that exists and can be written to.", err)
	}
	return err.Error()
}
