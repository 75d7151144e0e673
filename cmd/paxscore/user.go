package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"paxscore/surveys"
)

type userCommand struct {
	Key    userKeyCommand    `cmd:"" help:"Make a bearer key and print it, once."`
	List   userListCommand   `cmd:"" help:"List the keys by name."`
	Revoke userRevokeCommand `cmd:"" help:"Revoke a key."`
}

type userKeyCommand struct {
	Name string `arg:"" help:"Who uses the key; stands in the logs."`
	database
}

func (c userKeyCommand) Help() string {
	return "The key opens everything but the passenger form. Only its hash is stored: keep what is printed."
}

func (c userKeyCommand) Run(ctx context.Context, s streams) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	bearer, err := surveys.NewService(st).CreateKey(ctx, c.Name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, bearer)
	return err
}

type userListCommand struct {
	database
}

func (c userListCommand) Run(ctx context.Context, s streams) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	keys, err := st.ListKeys(ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, k := range keys {
		state := "valid"
		if !k.RevokedAt.IsZero() {
			state = "revoked " + stamp(k.RevokedAt)
		}
		fmt.Fprintf(t, "%s\tmade %s\t%s\n", k.Name, stamp(k.CreatedAt), state)
	}
	return t.Flush()
}

type userRevokeCommand struct {
	Name string `arg:""`
	database
}

func (c userRevokeCommand) Run(ctx context.Context, s streams) error {
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	service := surveys.NewService(st)
	if err := st.RevokeKey(ctx, c.Name, service.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "the key %q is revoked\n", c.Name)
	return err
}
