package stats_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"paxscore/internal/reference"
	"paxscore/internal/study"
	"paxscore/scoring/stats"
)

// qualityTolerance is relative, ten times tighter than the file asks.
const qualityTolerance = 1e-11

func at(path string, i int) string {
	return path + "." + strconv.Itoa(i)
}

// qualityRow is one response of the study.
type qualityRow struct {
	// answers are NaN where not applicable or skipped, states tell the two apart: −1 and −2.
	answers, states    []float64
	applicable         int
	overall, recommend float64
	seconds            float64
	id, flight         float64
}

// answer is an answer as a number, NaN where there is none, and as a state, −1 for not applicable and −2 for skipped.
func answer(t *testing.T, v string) (x, state float64) {
	t.Helper()
	switch v {
	case "NA":
		return math.NaN(), -1
	case "":
		return math.NaN(), -2
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x, x
}

func qualityRowOf(t *testing.T, header, rec []string) qualityRow {
	t.Helper()
	var row qualityRow
	from := slices.Index(header, "crew_attitude")
	for _, v := range rec[from : from+16] {
		x, state := answer(t, v)
		row.answers, row.states = append(row.answers, x), append(row.states, state)
		if v != "NA" {
			row.applicable++
		}
	}
	for name, into := range map[string]*float64{"overall": &row.overall, "recommend": &row.recommend, "seconds": &row.seconds,
		"id": &row.id, "flight": &row.flight} {
		*into, _ = answer(t, rec[slices.Index(header, name)])
	}
	return row
}

// studyRecords is the simulated study as it is written.
func studyRecords(t *testing.T) (header []string, records [][]string) {
	t.Helper()
	var file bytes.Buffer
	if err := study.WriteCSV(t.Context(), &file, 10_000, 42); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

// qualityRows are the rows of quality_rows.csv, with the channel that the study's row has.
func qualityRows(t *testing.T) (items []string, rows []qualityRow, channels []string) {
	t.Helper()
	f, err := os.Open(filepath.Join(referenceFolder, "data/quality_rows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	header := records[0]
	studyHeader, studyLines := studyRecords(t)
	for _, rec := range records[1:] {
		rows = append(rows, qualityRowOf(t, header, rec))
		line, err := strconv.Atoi(rec[0])
		if err != nil {
			t.Fatal(err)
		}
		channels = append(channels, studyLines[line-1][slices.Index(studyHeader, "channel")])
	}
	from := slices.Index(header, "crew_attitude")
	return header[from : from+16], rows, channels
}

func TestQualityAgainstR(t *testing.T) {
	r := expected{reference.Open(t, "ref_quality.json", "-study.lines_excluded", "-study.index_all_rows", "-study.index_valid",
		"-study.index_valid_without_straight_liners")}
	items, rows, channels := qualityRows(t)
	var in struct {
		Scales map[string][]string `json:"scales"`
	}
	readInput(t, "ref_quality.json", &in)
	var scales [][]int
	for _, name := range studyDimensions {
		var scale []int
		for _, item := range in.Scales[name] {
			scale = append(scale, slices.Index(items, item))
		}
		scales = append(scales, scale)
	}
	var c stats.CrossSums
	var times []float64
	for _, row := range rows {
		c.Add(row.answers, 1) // takes the complete rows
		if stats.Answered(row.answers) >= 8 {
			times = append(times, row.seconds)
		}
	}
	distance := stats.Mahalanobis{Means: c.Means(), Covariance: c.Covariance()}
	median := stats.Median(times)
	r.Equal("complete_rows", float64(c.N), 0)
	r.Slice("mean_vector_complete_rows", c.Means(), qualityTolerance)
	r.Equal("speed_median", median, qualityTolerance)
	r.Equal("chisq_999", stats.ChiSquareQuantile(0.999, 16), qualityTolerance)

	flags := map[string][]float64{}
	flag := func(name string, row int, holds bool) {
		if holds {
			flags[name] = append(flags[name], float64(row))
		}
	}
	var people stats.Repeats
	for i, row := range rows {
		answered := stats.Answered(row.answers)
		longest, mean := stats.Runs(row.answers)
		within := stats.WithinSD(row.answers)
		d2, df, p := distance.Distance(row.answers)
		perItem, speed := stats.SecondsPerItem(row.seconds, answered), stats.RelativeSpeed(row.seconds, median)
		r.Equal(at("answered", i), float64(answered), 0)
		r.Equal(at("applicable", i), float64(row.applicable), 0)
		r.Equal(at("longstring", i), float64(longest), 0)
		r.Equal(at("mean_run", i), mean, qualityTolerance)
		r.Equal(at("irv", i), within, qualityTolerance)
		r.Equal(at("even_odd", i), stats.EvenOdd(row.answers, scales), qualityTolerance)
		r.Equal(at("seconds_per_item", i), perItem, qualityTolerance)
		r.Equal(at("relative_speed", i), speed, qualityTolerance)
		r.Equal(at("mahalanobis_partial", i), d2, qualityTolerance)
		r.Equal(at("mahalanobis_partial_p", i), p, qualityTolerance)
		if df != answered {
			t.Errorf("row %d: %d degrees of freedom, %d answers", i, df, answered)
		}
		if df < len(items) {
			d2 = math.NaN()
		}
		r.Equal(at("mahalanobis_complete_rows", i), d2, qualityTolerance)
		first, again := people.Add(i, stats.AppendKey(nil, row.id, row.flight))
		r.Equal(at("duplicate_of_row", i), orNaN(first, again), 0)

		straight := within == 0 && answered >= 8
		flag("straight_line_all_equal", i, straight)
		flag("longstring_ge_10", i, longest >= 10)
		flag("speeding_third_of_median", i, speed > 3)
		flag("straight_and_fast", i, straight && speed > 3)
		flag("under_2s_per_item", i, perItem < 2)
		flag("answered_share_below_half_or_no_overall", i, 2*answered < row.applicable || math.IsNaN(row.overall))
		flag("duplicate", i, again)
		flag("mahalanobis_p_lt_0.001", i, p < 0.001)
	}
	for name, got := range flags {
		r.Slice("flags."+name, got, 0)
	}
	var vectors stats.Repeats
	for i, row := range rows {
		if stats.Answered(row.answers) < 8 {
			r.Equal(at("same_vector_and_channel_as_row", i), math.NaN(), 0)
			continue
		}
		key := stats.AppendKey([]byte(channels[i]+"|"), append(slices.Clone(row.states), row.overall, row.recommend)...)
		first, again := vectors.Add(i, key)
		r.Equal(at("same_vector_and_channel_as_row", i), orNaN(first, again), 0)
	}
	checkStudyCounts(r)
}

// checkStudyCounts counts what the indices find in the whole study.
func checkStudyCounts(r expected) {
	r.T.Helper()
	header, records := studyRecords(r.T)
	var rows []qualityRow
	var times []float64
	for _, rec := range records {
		row := qualityRowOf(r.T, header, rec)
		rows, times = append(rows, row), append(times, row.seconds)
	}
	median := stats.Median(times)
	counts := map[string]int{"rows": len(rows)}
	var people stats.Repeats
	for i, row := range rows {
		answered := stats.Answered(row.answers)
		// The first of several is kept, which for these counts is as good as the first complete one.
		_, duplicate := people.Add(i, stats.AppendKey(nil, row.id, row.flight))
		straight := stats.WithinSD(row.answers) == 0
		fast := straight && stats.RelativeSpeed(row.seconds, median) > 3
		hasty := stats.SecondsPerItem(row.seconds, answered) < 2
		incomplete := 2*answered < row.applicable || math.IsNaN(row.overall)
		excluded := duplicate || fast || hasty || incomplete
		for name, holds := range map[string]bool{"duplicate": duplicate, "straight_and_fast": fast, "under_2s_per_item": hasty,
			"incomplete": incomplete, "excluded": excluded, "kept": !excluded, "straight_line_kept": straight && !excluded} {
			if holds {
				counts[name]++
			}
		}
	}
	r.Equal("study.median_seconds", median, 0)
	for name, n := range counts {
		r.Equal("study.counts."+name, float64(n), 0)
	}
}

func orNaN(x int, ok bool) float64 {
	if !ok {
		return math.NaN()
	}
	return float64(x)
}
