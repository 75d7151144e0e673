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
	"sort"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/study"
)

// reference is testdata/ref_synthetic.json: figures recorded by the program that drew the reference study.
type reference struct {
	SHA256   map[string]string
	Expected struct {
		Histogram []int          `json:"q0_histogram_0_10"`
		NPS       map[string]int `json:"nps_counts"`
		Age       []int          `json:"age_counts"`
		Occup     []int          `json:"occupation_counts"`
		Spend     []int          `json:"spend_counts"`
		Cabin     []int          `json:"cabin_counts"`
		Missing   map[string]int `json:"missing_cells"`
		Sums      []int          `json:"item_sum_checks"`
		Median    float64        `json:"duration_median"`
		Planted   map[string]int `json:"planted"`
		ValueSum  int            `json:"careless_values_sum"`
		TimeSum   int            `json:"careless_duration_sum"`
	}
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	src, err := os.ReadFile("testdata/ref_synthetic.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

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
	want := readReference(t).SHA256["study.csv"]
	h := sha256.New()
	if err := study.WriteCSV(context.Background(), h, 10000, 42); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("sha256 of the reference study is %s, want %s", got, want)
	}
}

func TestReferenceCounts(t *testing.T) {
	want := readReference(t).Expected
	got := want
	got.Histogram, got.NPS, got.Missing = make([]int, 11), map[string]int{}, map[string]int{}
	got.Age, got.Occup, got.Spend, got.Cabin = make([]int, 5), make([]int, 6), make([]int, 4), make([]int, 4)
	got.Sums, got.Planted = make([]int, 16), map[string]int{}
	got.ValueSum, got.TimeSum = 0, 0
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
			got.Planted["duplicates"]++
			if d := cmp.Diff(first, r); d != "" {
				t.Errorf("duplicate of %d differs (-first +second):\n%s", id, d)
			}
			continue
		}
		seen[r["id"]] = r
		if id > 10240 {
			got.Planted["breakoffs"]++
			if r["boarding"] != "" || r["overall"] != "" || r["recommend"] != "" {
				t.Errorf("break-off %d is not one: %v", id, r)
			}
			continue
		}
		if id > 10000 {
			got.Planted["careless"]++
			v, _ := strconv.Atoi(r["overall"])
			s, _ := strconv.Atoi(r["seconds"])
			got.ValueSum += v
			got.TimeSum += s
			for _, k := range append(items, "recommend") {
				if r[k] != r["overall"] {
					t.Errorf("careless row %d is not a straight line: %v", id, r)
				}
			}
			continue
		}
		q0, _ := strconv.Atoi(r["overall"])
		got.Histogram[q0]++
		switch nps, _ := strconv.Atoi(r["recommend"]); {
		case nps >= 9:
			got.NPS["promoters"]++
		case nps >= 7:
			got.NPS["passives"]++
		default:
			got.NPS["detractors"]++
		}
		level(got.Age, r["age"], "under_25", "25_34", "35_44", "45_59", "60_plus")
		level(got.Occup, r["occupation"], "enterprise", "public_sector", "self_employed", "professional", "student", "retired_other")
		level(got.Spend, r["spend"], "low", "middle", "high", "very_high")
		level(got.Cabin, r["cabin"], "economy", "premium_economy", "business", "first")
		for j, k := range items {
			switch r[k] {
			case "NA":
				got.Missing["not_applicable"]++
			case "":
				got.Missing["skipped"]++
			default:
				v, _ := strconv.Atoi(r[k])
				got.Sums[j] += v
			}
		}
		s, _ := strconv.ParseFloat(r["seconds"], 64)
		seconds = append(seconds, s)
	}
	sort.Float64s(seconds)
	got.Median = (seconds[4999] + seconds[5000]) / 2
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("figures of the reference study (-want +got):\n%s", d)
	}
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
