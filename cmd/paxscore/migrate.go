package main

import (
	"context"
	"fmt"
	"strings"

	"paxscore/store"
)

// database is the flag that names one.
type database struct {
	DB string `env:"PAXSCORE_DB" default:"sqlite:paxscore.db" placeholder:"URL" help:"sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (${env})."`
}

// open returns the store, brought up to date if it is a SQLite file, which has one user; a PostgreSQL database is
// migrated by the migrate command, when its operator decides.
func (d database) open(ctx context.Context, options ...store.Option) (*store.Store, error) {
	if strings.HasPrefix(d.DB, "sqlite:") {
		if _, _, err := store.Migrate(ctx, d.DB); err != nil {
			return nil, d.named(err)
		}
	}
	st, err := store.Open(ctx, d.DB, options...)
	if err != nil {
		return nil, d.named(err)
	}
	if err := st.Ping(ctx); err != nil {
		st.Close()
		return nil, d.named(err)
	}
	return st, nil
}

// named says which file an error is about. A PostgreSQL URL may hold a password and is not repeated.
func (d database) named(err error) error {
	if strings.HasPrefix(d.DB, "sqlite:") {
		return fmt.Errorf("%s: %w", d.DB, err)
	}
	return err
}

type migrateCommand struct {
	database
}

func (c migrateCommand) Help() string {
	return `Migrations only go forward and may be run by several programs at once. Back up before.

On a Citus coordinator the tables are spread over the cluster's machines, with what they hold. Stop the servers before they
are spread for the first time.`
}

func (c migrateCommand) Run(ctx context.Context, s streams) error {
	from, to, err := store.Migrate(ctx, c.DB)
	if err != nil {
		return c.named(err)
	}
	if from == to {
		fmt.Fprintf(s.out, "the database is at version %d already\n", to)
	} else {
		fmt.Fprintf(s.out, "migrated from version %d to %d\n", from, to)
	}
	spread, err := store.Distribute(ctx, c.DB)
	if len(spread) > 0 {
		fmt.Fprintf(s.out, "spread over the machines of the Citus cluster: %s\n", strings.Join(spread, ", "))
	}
	return err
}
