package exports_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/exports"
	"paxscore/imports"
	"paxscore/surveys"
)

// TestRoundTrip imports what was exported, hostile texts included, and wants the same responses.
func TestRoundTrip(t *testing.T) {
	s, list := tricky(t)
	for i, r := range list {
		if c := r.Comments[commentKey(t, s)]; len(c) > 2000 { // what a comment of the survey may hold
			list[i].Comments[commentKey(t, s)] = c[:600]
		}
	}
	for name, c := range map[string]struct {
		file string
		tick time.Duration // to which a time is kept
	}{"CSV": {"responses.csv", time.Nanosecond}, "XLSX": {"responses.xlsx", time.Second}} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if _, err := listings[name](context.Background(), &b, s, everyone(s, list), stream(list), exports.Options{Respondents: true}); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := imports.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			res := &imports.Result{}
			at := 0
			for got, err := range f.Responses(context.Background(), s, imports.OwnMapping(s), res) {
				if err != nil {
					t.Fatal(err)
				}
				if at == len(list) {
					t.Fatal("more responses than were exported")
				}
				if d := cmp.Diff(told(list[at], c.tick), told(got, c.tick)); d != "" {
					t.Errorf("response %d: %s", at, d)
				}
				at++
			}
			if at != len(list) || res.Refused > 0 || res.Repaired() > 0 {
				t.Errorf("%d of %d came back, %d refused, repaired %+v", at, len(list), res.Refused, res.Repairs)
			}
		})
	}
}

// told is what a file tells of a response.
func told(r *surveys.Response, tick time.Duration) map[string]any {
	comments := map[surveys.ItemKey]string{}
	for k, c := range r.Comments {
		if c = strings.TrimSpace(exports.Clean(c)); c != "" {
			comments[k] = c
		}
	}
	return map[string]any{"id": r.ID.String(), "respondent": r.Respondent, "wave": r.Wave, "submitted": r.SubmittedAt.Round(tick).UTC(), "language": r.Language,
		"mode": r.Mode, "seconds": r.Seconds, "weight": r.ResponseWeight, "ratings": r.Ratings, "attributes": r.Attributes, "comments": comments}
}
