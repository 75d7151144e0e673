package study_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/reference"
	"paxscore/internal/study"
)

// rows draws a study and reads it back as maps by column.
func rows(t *testing.T, n int, seed uint64) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := study.WriteCSV(context.Background(), &b, n, seed); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, rec := range all[1:] {
		m := map[string]string{}
		for i, k := range all[0] {
			m[k] = rec[i]
		}
		out = append(out, m)
	}
	return out
}

func TestReferenceIsByteForByte(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Folder(t), "ref_synthetic.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Input struct{ SHA256 map[string]string }
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	if err := study.WriteCSV(context.Background(), h, 10000, 42); err != nil {
		t.Fatal(err)
	}
	if got, want := hex.EncodeToString(h.Sum(nil)), file.Input.SHA256["study.csv"]; got != want {
		t.Errorf("sha256 of the reference study is %s, want %s", got, want)
	}
}

// The counts are those of the program that drew the reference.
func TestReferenceCounts(t *testing.T) {
	ref := reference.Open(t, "ref_synthetic.json", "q0_histogram_0_10", "nps_counts", "age_counts", "occupation_counts", "spend_counts",
		"cabin_counts", "missing_cells", "item_sum_checks", "duration_median", "planted", "careless_values_sum", "careless_duration_sum")
	nps, missing, planted := map[string]int{}, map[string]int{}, map[string]int{}
	histogram, sums, valueSum, timeSum := make([]int, 11), make([]int, 16), 0, 0
	age, occupation, spend, cabin := make([]int, 5), make([]int, 6), make([]int, 4), make([]int, 4)
	level := func(counts []int, v string, levels ...string) {
		for i, l := range levels {
			if l == v {
				counts[i]++
			}
		}
	}
	items := []string{"crew_attitude", "courtesy", "patience", "checkin", "boarding", "baggage", "inflight_speed", "catering", "entertainment",
		"seat_comfort", "flight_safety", "safety_equipment", "emergency_handling", "awareness", "corporate_image", "social_responsibility"}
	seen := map[string]map[string]string{}
	var seconds []float64
	for _, r := range rows(t, 10000, 42) {
		id, _ := strconv.Atoi(r["id"])
		if first, ok := seen[r["id"]]; ok {
			planted["duplicates"]++
			if d := cmp.Diff(first, r); d != "" {
				t.Errorf("duplicate of %d differs (-first +second):\n%s", id, d)
			}
			continue
		}
		seen[r["id"]] = r
		if id > 10240 {
			planted["breakoffs"]++
			if r["boarding"] != "" || r["overall"] != "" || r["recommend"] != "" {
				t.Errorf("break-off %d is not one: %v", id, r)
			}
			continue
		}
		if id > 10000 {
			planted["careless"]++
			v, _ := strconv.Atoi(r["overall"])
			s, _ := strconv.Atoi(r["seconds"])
			valueSum += v
			timeSum += s
			for _, k := range append(items, "recommend") {
				if r[k] != r["overall"] {
					t.Errorf("careless row %d is not a straight line: %v", id, r)
				}
			}
			continue
		}
		q0, _ := strconv.Atoi(r["overall"])
		histogram[q0]++
		switch v, _ := strconv.Atoi(r["recommend"]); {
		case v >= 9:
			nps["promoters"]++
		case v >= 7:
			nps["passives"]++
		default:
			nps["detractors"]++
		}
		level(age, r["age"], "under_25", "25_34", "35_44", "45_59", "60_plus")
		level(occupation, r["occupation"], "enterprise", "public_sector", "self_employed", "professional", "student", "retired_other")
		level(spend, r["spend"], "low", "middle", "high", "very_high")
		level(cabin, r["cabin"], "economy", "premium_economy", "business", "first")
		for j, k := range items {
			switch r[k] {
			case "NA":
				missing["not_applicable"]++
			case "":
				missing["skipped"]++
			default:
				v, _ := strconv.Atoi(r[k])
				sums[j] += v
			}
		}
		s, _ := strconv.ParseFloat(r["seconds"], 64)
		seconds = append(seconds, s)
	}
	sort.Float64s(seconds)
	ref.Equal("duration_median", (seconds[4999]+seconds[5000])/2, 1e-12)
	for part, counts := range map[string][]int{
		"q0_histogram_0_10": histogram, "age_counts": age, "occupation_counts": occupation, "spend_counts": spend, "cabin_counts": cabin, "item_sum_checks": sums,
	} {
		ref.Counts(part, counts)
	}
	for part, counts := range map[string]map[string]int{"nps_counts": nps, "missing_cells": missing, "planted": planted} {
		for key, n := range counts {
			ref.Count(part+"."+key, n)
		}
	}
	ref.Count("careless_values_sum", valueSum)
	ref.Count("careless_duration_sum", timeSum)
}

func TestOtherSizesAndSeeds(t *testing.T) {
	for _, c := range []struct {
		n    int
		seed uint64
	}{{1, 42}, {41, 1}, {250, 7}, {1000, 42}, {2345, 1 << 63}} {
		t.Run(fmt.Sprint(c.n, "/", c.seed), func(t *testing.T) {
			want, err := study.Rows(c.n)
			if err != nil {
				t.Fatal(err)
			}
			all := rows(t, c.n, c.seed)
			ids := map[string]int{}
			valid := 0
			for _, r := range all {
				if id, _ := strconv.Atoi(r["id"]); id <= c.n && ids[r["id"]] == 0 {
					valid++
				}
				ids[r["id"]]++
			}
			if len(all) != want || valid != c.n {
				t.Errorf("%d rows with %d valid ids, want %d and %d", len(all), valid, want, c.n)
			}
		})
	}
	if d := cmp.Diff(rows(t, 50, 1), rows(t, 50, 2)); d == "" {
		t.Error("two seeds give the same study")
	}
}

func TestWriteCSVStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := study.WriteCSV(ctx, io.Discard, 10, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	full := errors.New("disk full")
	if err := study.WriteCSV(context.Background(), brokenWriter{full}, 10, 1); !errors.Is(err, full) {
		t.Errorf("broken writer: %v", err)
	}
	if err := study.WriteCSV(context.Background(), io.Discard, 0, 1); err == nil {
		t.Error("size 0 is taken")
	}
}

type brokenWriter struct{ err error }

func (b brokenWriter) Write([]byte) (int, error) { return 0, b.err }

func BenchmarkWriteCSV(b *testing.B) {
	for b.Loop() {
		if err := study.WriteCSV(context.Background(), io.Discard, 10000, 42); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(10300*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
