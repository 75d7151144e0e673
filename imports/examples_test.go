package imports_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/imports"
	"paxscore/surveys"
)

// The extracts in testdata have the shape and the flaws of the published files; their rows are made up.

// told writes responses as a list of what they say: ratings in their scale, "-" skipped, "NA", attributes by key.
func told(s *surveys.Survey, rows []surveys.Response, items []surveys.ItemKey, attributes []surveys.AttributeKey) []string {
	at := map[surveys.ItemKey]int{}
	low := map[surveys.ItemKey]int{}
	for i, it := range s.Questionnaire.Rated() {
		sc, _ := s.Questionnaire.Scale(it.Scale)
		at[it.Key], low[it.Key] = i, sc.Low
	}
	var out []string
	for _, r := range rows {
		line := []string{r.Respondent}
		for _, k := range items {
			switch c := r.Ratings[at[k]]; c {
			case surveys.Skipped:
				line = append(line, "-")
			case surveys.NotApplicable:
				line = append(line, "NA")
			default:
				line = append(line, fmt.Sprint(int(c)+low[k]))
			}
		}
		for _, k := range attributes {
			line = append(line, r.Attributes[s.Questionnaire.AttributeAt(k)])
		}
		out = append(out, strings.Join(line, "|"))
	}
	return out
}

func extract(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestExampleSFO(t *testing.T) {
	s, m := example(t, "sfo2017")
	rows, res, err := read(t, s, m, "sfo2017.csv", extract(t, "sfo2017.csv"))
	if err != nil {
		t.Fatal(err)
	}
	got := told(s, rows, []surveys.ItemKey{"overall", "art", "safe", "recommend"}, []surveys.AttributeKey{"airline", "destination", "purpose", "age", "gender", "income", "lead_time"})
	want := []string{
		"1|5|4|5|10|EXAMPLE, AIR|us_west|business|25_34|female||under_90",
		"2|-|NA|-|-|SAMPLE|asia|leisure|||under_50k|",
		"3|4|-|4|0|EXAMPLE, AIR|us_east|||male|50_100k|120_179",
		"4|-|5|3|8|SAMPLE|europe|other|65_plus|other|100_150k|180_plus",
		"5|NA|-|-|-|EXAMPLE, AIR|oceania|other|under_18||over_150k|90_119",
		"6|3|1|1|7|SAMPLE||visit|45_54|female|other_currency|120_179",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	weights := 0.0
	for _, r := range rows {
		weights += r.ResponseWeight
	}
	if weights != 7 || rows[0].Mode != surveys.ModeInterview || rows[1].Mode != surveys.ModeImport || res.Repaired() != 0 || res.Refused != 0 ||
		!rows[2].SubmittedAt.Equal(time.Date(2017, 5, 30, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("weights %g, modes %s %s, submitted %v, %+v", weights, rows[0].Mode, rows[1].Mode, rows[2].SubmittedAt, res)
	}
}

func TestExampleAirline(t *testing.T) {
	s, m := example(t, "airline-satisfaction")
	rows, res, err := read(t, s, m, "airline.csv.gz", gz(extract(t, "airline.csv")))
	if err != nil {
		t.Fatal(err)
	}
	got := told(s, rows, []surveys.ItemKey{"wifi", "time_convenient", "cleanliness", "satisfaction"},
		[]surveys.AttributeKey{"gender", "customer_type", "travel_type", "class", "age", "distance", "departure_delay", "arrival_delay"})
	want := []string{
		"9001|3|NA|5|1|male|loyal|business|business|under_25|under_500|none|none",
		"9002|NA|NA|5|0|female|disloyal|personal|eco_plus|25_34|500_999|under_15|",
		"9003|1|2|4|1|female|loyal|business|eco|60_plus|1000_1999|15_59|15_59",
		"9003|-|2|4|-|female|loyal|business|eco|60_plus|2000_plus|60_plus|60_plus",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var repairs []string
	for _, r := range res.Repairs {
		repairs = append(repairs, fmt.Sprintf("%s, line %d: %s: %s", r.Column, r.Places[0].Line, r.Places[0].Value, r.Reason))
	}
	if d := cmp.Diff([]string{"Inflight wifi service, line 5: 7: outside the scale 1 to 5: counted as skipped",
		"satisfaction, line 5: undecided: not a rating and no known code: counted as skipped"}, repairs); d != "" {
		t.Errorf("repairs (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"(cell 1, without a name)"}, res.Ignored); d != "" {
		t.Errorf("ignored (-want +got):\n%s", d)
	}
}

// airlineFile is a gzipped file of the shape of the airline satisfaction set, drawn.
func airlineFile(b testing.TB, rows int) string {
	b.Helper()
	src, err := os.ReadFile("testdata/airline.csv")
	if err != nil {
		b.Fatal(err)
	}
	header, _, _ := strings.Cut(string(src), "\r\n")
	path := b.TempDir() + "/airline.csv.gz"
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	z := gzip.NewWriter(f)
	fmt.Fprintf(z, "%s\r\n", header)
	x := uint64(88172645463325252)
	draw := func(n uint64) uint64 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return (x >> 20) % n
	}
	for i := range rows {
		fmt.Fprintf(z, "%d,%d,%s,%s,%d,%s,%s,%d", i, draw(130000), []string{"Male", "Female"}[draw(2)], []string{"Loyal Customer", "disloyal Customer"}[draw(5)/4],
			7+draw(79), []string{"Business travel", "Personal Travel"}[draw(3)/2], []string{"Business", "Eco", "Eco Plus"}[draw(3)], 31+draw(4950))
		for range 14 {
			fmt.Fprintf(z, ",%d", draw(6))
		}
		delay := draw(200) * draw(200) * draw(2) / 100
		fmt.Fprintf(z, ",%d,%d.0,%s\r\n", delay, delay+draw(9), []string{"satisfied", "neutral or dissatisfied"}[draw(2)])
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkResponses reads 103,904 rows of 25 columns, gzipped, as responses, and compares with reading them by encoding/csv
// alone: ratio is with ids, ratio-no-ids as scoring reads.
func BenchmarkResponses(b *testing.B) {
	const rows = 103904
	path := airlineFile(b, rows)
	s, m := example(b, "airline-satisfaction")
	ours := func(noIDs bool) time.Duration {
		start := time.Now()
		f, err := imports.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		f.NoIDs = noIDs
		res := &imports.Result{}
		for _, err := range f.Responses(b.Context(), s, m, res) {
			if err != nil {
				b.Fatal(err)
			}
		}
		if res.Taken != rows || res.Repaired() != 0 {
			b.Fatalf("%+v", res)
		}
		return time.Since(start)
	}
	theirs := func() time.Duration {
		start := time.Now()
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			b.Fatal(err)
		}
		c := csv.NewReader(z)
		c.ReuseRecord = true
		for {
			if _, err := c.Read(); err == io.EOF {
				return time.Since(start)
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	// The best of each, since what else runs on the machine only adds.
	with, without, alone := ours(false), ours(true), theirs()
	b.ReportAllocs()
	for b.Loop() {
		with, without, alone = min(with, ours(false)), min(without, ours(true)), min(alone, theirs())
	}
	b.ReportMetric(float64(with)/float64(alone), "ratio")
	b.ReportMetric(float64(without)/float64(alone), "ratio-no-ids")
	b.ReportMetric(rows/with.Seconds(), "rows/s")
}
