package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"paxscore/internal/testdb"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// erasedSite is a site with the study, and the ids of its responses in their order; overtaken is called after each report.
func erasedSite(t *testing.T, n int) (s *site, live *overtaken, stored []surveys.Response) {
	t.Helper()
	st, err := store.Open(t.Context(), testdb.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	service := surveys.NewService(st)
	live = &overtaken{Reporter: reports.NewLive(st), then: func() {}}
	s = siteOn(t, service, live)
	if _, err := service.Publish(t.Context(), surveyfile.Default()); err != nil {
		t.Fatal(err)
	}
	loadStudy(t, s, n)
	for r, err := range st.ListResponses(t.Context(), surveys.ResponseFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		kept := *r
		kept.Ratings, kept.Attributes = slices.Clone(r.Ratings), slices.Clone(r.Attributes)
		stored = append(stored, kept)
	}
	return s, live, stored
}

// listed returns the records of a CSV file, or of the responses in a workbook, header first.
func listed(t *testing.T, name string, body []byte) [][]string {
	t.Helper()
	if name == "responses.csv" {
		records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return records
	}
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	records, err := book.GetRows("Responses")
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// A file that a removal overtakes has what is left after it; where removals do not end, it is refused for a while, never mixed.
func TestFilesOvertakenByRemovals(t *testing.T) {
	s, live, stored := erasedSite(t, 300)
	gone := 0
	remove := func() {
		gone++
		if _, err := s.service.Remove(t.Context(), "default", stored[7*gone].ID, "asked for it"); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"responses.csv", "responses.xlsx", "report.xlsx"} {
		path := "/api/v1/surveys/default/" + name
		left := 1
		live.then = func() {
			if left > 0 {
				left--
				remove()
			}
		}
		a := s.get(t, path)
		a.wants(t, 200, "")
		overtaken := listed(t, name, a.body)
		if diff := cmp.Diff(listed(t, name, s.get(t, path).body), overtaken); diff != "" || len(overtaken) != 1+len(stored)-gone {
			t.Errorf("%s has %d rows of %d (-asked later +overtaken):\n%.2000s", name, len(overtaken)-1, len(stored)-gone, diff)
		}
		live.then = remove
		refused := s.get(t, path)
		refused.wants(t, 503, "unavailable")
		if refused.Header.Get("Retry-After") == "" || refused.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %v", name, refused.Header)
		}
		live.then = func() {}
	}
}

// TestFilesWhileResponsesAreRemoved holds every row of every file against the response of its id, and its verdict against that of a data set
// of the file's responses alone.
func TestFilesWhileResponsesAreRemoved(t *testing.T) {
	s, live, stored := erasedSite(t, 400)
	survey, err := s.service.Store.FindSurvey(t.Context(), "default", 0)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*surveys.Response{}
	for i := range stored {
		byID[stored[i].ID.String()] = &stored[i]
	}
	const removals = 12
	due := make(chan int, 1)
	var group sync.WaitGroup
	group.Go(func() {
		for i := range due {
			path := "/api/v1/surveys/default/responses/" + stored[i*len(stored)/removals].ID.String() + "?reason=test"
			if a := s.do(t, request{method: "DELETE", path: path, key: environmentKey}); a.StatusCode != 200 {
				t.Errorf("removal answered %d", a.StatusCode)
			}
		}
	})
	whole := 0
	for i := range removals + 3 {
		begun := false
		live.then = func() { // the report is made: a removal runs beside the writing of the file
			if !begun && i < removals {
				due <- i
			}
			begun = true
		}
		name := []string{"responses.csv", "responses.xlsx", "report.xlsx"}[i%3]
		if body, ok := s.download(t, "/api/v1/surveys/default/"+name); ok {
			agrees(t, survey, listed(t, name, body), byID)
			whole++
		}
	}
	close(due)
	group.Wait()
	if whole < 3 {
		t.Errorf("%d files came whole", whole)
	}
}

// download fetches a file; ok is false where the server refused it for now, or cut the connection before its end.
func (s *site) download(t *testing.T, path string) (body []byte, ok bool) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+environmentKey)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), resp.StatusCode == http.StatusServiceUnavailable:
		return nil, false
	case err != nil || resp.StatusCode != http.StatusOK:
		t.Fatalf("answered %d, %v: %.500s", resp.StatusCode, err, body)
	}
	return body, true
}

// agrees holds the rows of a file against the responses of their ids.
func agrees(t *testing.T, survey *surveys.Survey, records [][]string, byID map[string]*surveys.Response) {
	t.Helper()
	column := func(name string) int { return slices.Index(records[0], name) }
	id, verdict, crew := column("response_id"), column("verdict"), column("crew_attitude")
	at := slices.IndexFunc(survey.Questionnaire.Rated(), func(i surveys.Item) bool { return i.Key == "crew_attitude" })
	d := reports.NewDataset(survey)
	for _, record := range records[1:] {
		r := byID[record[id]]
		if r == nil {
			t.Fatalf("no response %s", record[id])
		}
		if err := d.Append(r); err != nil {
			t.Fatal(err)
		}
		if code := r.Ratings[at]; code <= surveys.MaxCode && record[crew] != fmt.Sprint(code) { // the scale begins at 0
			t.Errorf("%s has crew %q, code %d", r.ID, record[crew], code)
		}
	}
	alone, err := d.Report(reports.Query{Listed: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, record := range records[1:] {
		if want := alone.Verdicts[i].String(); record[verdict] != want {
			t.Fatalf("row %d, %s, is listed as %s; among these it is %s", i+1, record[id], record[verdict], want)
		}
	}
}

// erasing is a store in which something happens after a response is found.
type erasing struct {
	surveys.Store
	then func()
}

func (e erasing) FindSeq(ctx context.Context, survey surveys.SurveyKey, id surveys.ResponseID) (int64, error) {
	seq, err := e.Store.FindSeq(ctx, survey, id)
	e.then()
	return seq, err
}

// The explanation of a response is that of this one, though an earlier one is removed between looking and answering; and none where it is
// itself removed.
func TestExplanationOvertakenByRemovals(t *testing.T) {
	s, _, stored := erasedSite(t, 100)
	st := s.service.Store
	explain := func(of, gone int) answer {
		s.service.Store = erasing{st, func() {
			r := surveys.Removal{Response: stored[gone].ID, Survey: "default", RemovedAt: s.clock.Now(), Reason: "test"}
			if _, err := st.RemoveResponse(t.Context(), r); err != nil {
				t.Error(err)
			}
		}}
		return s.get(t, "/api/v1/surveys/default/responses/"+stored[of].ID.String()+"/explanation")
	}
	for of := 50; of < 54; of++ {
		a := explain(of, of-40)
		a.wants(t, 200, "")
		var got reports.ResponseExplanation
		a.into(t, &got)
		if at := got.Response.SubmittedAt; at == nil || !at.Equal(stored[of].SubmittedAt.UTC().Truncate(1e9)) || got.Response.Number != of+1-(of-49) {
			t.Errorf("response %d, submitted %v, is explained as number %d, submitted %v", of, stored[of].SubmittedAt, got.Response.Number, at)
		}
	}
	explain(60, 60).wants(t, 404, "not-found")
}
