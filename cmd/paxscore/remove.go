package main

import (
	"context"
	"fmt"
	"time"

	"paxscore/surveys"
)

type removeCommand struct {
	Survey string `required:"" placeholder:"KEY" help:"Key of the survey."`
	ID     string `required:"" name:"id" placeholder:"ID" help:"Of the response: the UUID that its receipt names."`
	Reason string `required:"" placeholder:"TEXT" help:"Kept in the audit trail: 1 to 200 characters, nothing about the person."`
	database
}

func (c removeCommand) Help() string {
	return `Erases what the response said and who gave it; its id, the time and the reason are kept, so that a late repeat of the
submission does not bring it back. Every server on the database leaves it out of its figures within a second.

  paxscore remove --db postgres://… --survey default --id 0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b --reason "asked for by the passenger"`
}

func (c removeCommand) Run(ctx context.Context, s streams) error {
	id, err := surveys.ParseResponseID(c.ID)
	if err != nil {
		return err
	}
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	done, err := surveys.NewService(st).Remove(ctx, surveys.SurveyKey(c.Survey), id, c.Reason)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "response %s to survey %s removed at %s: %s\n", done.Response, done.Survey, done.RemovedAt.UTC().Format(time.RFC3339), done.Reason)
	return nil
}
