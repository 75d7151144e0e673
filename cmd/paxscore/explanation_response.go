package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"paxscore/imports"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
)

// response explains one response.
func (c explainCommand) response(ctx context.Context, s streams) error {
	if c.By != "" || len(c.Where) > 0 || c.AllRows || c.From+c.To+c.VersusFrom+c.VersusTo+c.VersusModel+c.Margins+c.Errors != "" {
		return usage("--response: of one response there is nothing to select or compare; only --model and --unweighted go with it")
	}
	return answerFrom(ctx, c.input, s, func(from *source, d *reports.Dataset) (*reports.ResponseExplanation, error) {
		q, err := from.place(c.Response)
		if err != nil {
			return nil, err
		}
		q.Model, q.Unweighted = c.Model, c.Unweighted
		return d.ExplainResponse(q)
	}, writeResponseExplanation)
}

// placeStored finds a stored response by its id.
func placeStored(ctx context.Context, st *store.Store, survey surveys.SurveyKey, name string) (reports.ResponseQuery, error) {
	id, err := surveys.ParseResponseID(name)
	if err != nil {
		return reports.ResponseQuery{}, usage("--response: a stored response is named by its id: %v", err)
	}
	seq, err := st.FindSeq(ctx, survey, id)
	if errors.Is(err, surveys.ErrNotFound) {
		return reports.ResponseQuery{}, fmt.Errorf("--response: survey %q has no response %s", survey, id)
	}
	return reports.ResponseQuery{Seq: seq, ID: id.String()}, err
}

// placeInFile finds a response in a file, which it reads anew, by the number of its row, its id, or the reference of its respondent.
func placeInFile(ctx context.Context, survey *surveys.Survey, m *imports.Mapping, file, name string) (out reports.ResponseQuery, err error) {
	respondent, byRespondent := strings.CutPrefix(name, "id=")
	number, notNumber := strconv.Atoi(name)
	id, notID := surveys.ParseResponseID(name)
	switch {
	case byRespondent && respondent != "":
	case notNumber == nil && number > 0:
	case notID != nil:
		return out, usage("--response %s: name it by its row number, from 1, by its id, or by id=REFERENCE of its respondent", name)
	}
	in, err := imports.Open(file)
	if err != nil {
		return out, err
	}
	defer in.Close()
	in.NoIDs = byRespondent || notNumber == nil
	result := &imports.Result{}
	row, found := 0, 0
	for r, err := range in.Responses(ctx, survey, m, result) {
		if err != nil {
			return out, err
		}
		if byRespondent && r.Respondent == respondent || notNumber == nil && result.Rows == number || notID == nil && r.ID == id {
			found++
			if found > 1 {
				return out, fmt.Errorf("--response %s: rows %d and %d of %s are both of this respondent; name one by its number", name, out.Number, result.Rows, file)
			}
			out = reports.ResponseQuery{Row: row, Number: result.Rows}
			if !r.ID.IsZero() {
				out.ID = r.ID.String()
			}
			if !byRespondent {
				return out, nil
			}
		}
		row++
	}
	switch {
	case found == 1:
		return out, nil
	case notNumber == nil && number <= result.Rows:
		return out, fmt.Errorf("--response %s: this row of %s was refused; --refused FILE tells why", name, file)
	case notNumber == nil:
		return out, fmt.Errorf("--response %s: %s has %s rows", name, file, count(result.Rows))
	}
	return out, fmt.Errorf("--response %s: %s has no such response", name, file)
}

// writeResponseExplanation writes what the index of one response is made of for a terminal.
func writeResponseExplanation(w io.Writer, r *reports.ResponseExplanation) error {
	var b strings.Builder
	of := r.Response
	fmt.Fprintf(&b, "%s\nmodel %s (%s)\nresponse %s", r.Title, r.ModelVersion, r.ModelLabel, count(of.Number))
	if of.ID != "" {
		fmt.Fprintf(&b, ", %s", of.ID)
	}
	if of.SubmittedAt != nil {
		fmt.Fprintf(&b, ", submitted %s", stamp(*of.SubmittedAt))
	}
	if of.Seconds.Valid() {
		fmt.Fprintf(&b, ", in %s seconds", fixed(of.Seconds, 1))
	}
	fmt.Fprintf(&b, "\nscreening: %s", strings.ReplaceAll(of.Verdict, "_", " "))
	if len(of.RulesBroken) > 0 {
		fmt.Fprintf(&b, ", breaks %s", strings.ReplaceAll(strings.Join(of.RulesBroken, ", "), "_", " "))
	}
	b.WriteByte('\n')
	g := grid{{"contribution", "weight", "effective", "answer", "score", "points", ""}}
	for _, d := range r.Dimensions {
		note := ""
		if d.Status != "ok" {
			note = strings.ReplaceAll(d.Status, "_", " ")
		}
		g = append(g, []string{clip(d.Label), fixed(reports.Number(d.DimensionWeight), 4), fixed(d.EffectiveWeight, 4), "", fixed(d.Score, 2), fixed(d.Contribution, 3), note})
		for _, i := range d.Items {
			g = append(g, []string{"  " + clip(i.Label), fixed(reports.Number(i.ItemWeight), 4), fixed(i.EffectiveWeight, 4), answerText(i.ResponseAnswer), fixed(i.Score, 2), fixed(i.Contribution, 3), ""})
		}
	}
	g = append(g, []string{"Index", "", "", fixed(r.Native, 4), fixed(r.Index, 2), fixed(r.Index, 3), r.Status})
	if o := r.OverallItem; o != nil {
		g = append(g, []string{clip(o.Label), "", "", answerText(*o), fixed(o.Score, 2), "", "beside the index"})
	}
	g.write(&b)
	if r.Reason != "" {
		fmt.Fprintf(&b, "\nNo index: %s\n", r.Reason)
	}
	return writeNotes(w, &b, nil)
}

func answerText(a reports.ResponseAnswer) string {
	if a.Rating != nil {
		return strconv.Itoa(*a.Rating)
	}
	return strings.ReplaceAll(a.Answer, "_", " ")
}
