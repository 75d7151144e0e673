package main_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/reports"
)

// sameHead takes over what a file cannot have: a published version, a place in the order of commits, and invitations.
func sameHead(stored, file *reports.Head) {
	stored.UpToSeq, stored.Version, stored.Versions, stored.ModelVersion = file.UpToSeq, file.Version, file.Versions, file.ModelVersion
	stored.Warnings = file.Warnings
}

// Quality and review are the same from a file, from the store and over HTTP; their figures are R's (ref_study.json).
func TestQualityIsTheSameEverywhere(t *testing.T) {
	file := studyFile(t)
	quality := decode[*reports.Quality](t, []byte(must(t, "", "quality", "--format", "json", "--model", "study", file).out))
	review := decode[*reports.Review](t, []byte(must(t, "", "review", "--format", "json", "--model", "study", "--worse", "delayed=yes", file).out))
	near := func(what string, got reports.Number, want float64) {
		t.Helper()
		if !(math.Abs(float64(got)-want) <= 1e-9*want) {
			t.Errorf("%s is %v, R has %v", what, got, want)
		}
	}
	for i, want := range []float64{0.8675342803039332, 0.8771212892498705, 0.8038431387363002, 0.8330915569357881, 0.840856405349632} {
		near("alpha of "+quality.Reliability[i].Key, quality.Reliability[i].Alpha, want)
	}
	near("r", quality.Validity.R, 0.7950414695012703)
	near("index without straight lines", quality.Sensitivity[2].Index.Estimate, 75.05834272041163)
	if quality.Sensitivity[2].Set != "without_straight_line" || *quality.Flags[0].Valid.N != 200 || len(review.Checks) < 20 {
		t.Errorf("set %s, %d straight lines kept, %d checks", quality.Sensitivity[2].Set, *quality.Flags[0].Valid.N, len(review.Checks))
	}
	rate := func(r *reports.Review) *reports.Check {
		for i := range r.Checks {
			if r.Checks[i].Key == "response_rate" {
				return &r.Checks[i]
			}
		}
		t.Fatal("there is no response rate")
		return nil
	}
	testdb.Each(t, func(t *testing.T, url string) {
		must(t, "", "import", "--db", url, file)
		s := start(t, t.TempDir(), "--db", url)
		_, body := s.get(t, "/api/v1/surveys/default/quality?model=study")
		for name, got := range map[string]*reports.Quality{
			"stored": decode[*reports.Quality](t, []byte(must(t, "", "quality", "--db", url, "--format", "json", "--model", "study").out)),
			"served": decode[*reports.Quality](t, body),
		} {
			sameHead(&got.Head, &quality.Head)
			if diff := cmp.Diff(quality, got, sameNumber); diff != "" {
				t.Errorf("quality %s and of the file differ (-file +%s):\n%s", name, name, diff)
			}
		}
		_, body = s.get(t, "/api/v1/surveys/default/review?model=study&worse=delayed%3Dyes")
		for name, got := range map[string]*reports.Review{
			"stored": decode[*reports.Review](t, []byte(must(t, "", "review", "--db", url, "--format", "json", "--model", "study", "--worse", "delayed=yes").out)),
			"served": decode[*reports.Review](t, body),
		} {
			sameHead(&got.Head, &review.Head)
			*rate(got) = *rate(review)
			if diff := cmp.Diff(review, got, sameNumber); diff != "" {
				t.Errorf("review %s and of the file differ (-file +%s):\n%s", name, name, diff)
			}
		}
	})
	for _, command := range []string{"quality", "review"} {
		if out := must(t, "", command, "--model", "study", file).out; !strings.Contains(out, "10,300 responses read") {
			t.Errorf("paxscore %s:\n%s", command, out)
		}
		for _, wrong := range [][]string{{"--channel", "none"}, {"--where", "age"}, {"--declined=-1"}} {
			if r := program(t, "", append([]string{command, file}, wrong...)...); r.status == 0 || r.err == "" {
				t.Errorf("paxscore %s %v: status %d, %q", command, wrong, r.status, r.err)
			}
		}
	}
}
