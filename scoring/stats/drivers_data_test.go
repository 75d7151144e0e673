package stats_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"paxscore/internal/study"
	"paxscore/scoring/stats"
)

// driverRows are complete rows of a response (first) and its predictors.
type driverRows struct {
	z [][]float64
	// w are sampling weights, flight and route the sampling unit and stratum, group the jackknife group; nil where there are none.
	w             []float64
	flight, route []int
	group         []int
	// scores are the dimension scores of the rows that miss some too, scoreGroup their jackknife groups.
	scores     [][]float64
	scoreGroup []int
}

func (d driverRows) sums(keep func(i int) bool, w []float64) stats.CrossSums {
	c := stats.CrossSums{Shift: d.z[0]}
	for i, z := range d.z {
		if keep == nil || keep(i) {
			x := 1.0
			if w != nil {
				x = w[i]
			}
			c.Add(z, x)
		}
	}
	return c
}

// split are the sums of each part of the rows.
func (d driverRows) split(part []int, parts int, w []float64) []stats.CrossSums {
	out := make([]stats.CrossSums, parts)
	for i, z := range d.z {
		x := 1.0
		if w != nil {
			x = w[i]
		}
		out[part[i]].Add(z, x)
	}
	return out
}

func (d driverRows) column(j int) []float64 {
	out := make([]float64, len(d.z))
	for i, z := range d.z {
		out[i] = z[j]
	}
	return out
}

func driverTable(t *testing.T, name string) (header []string, rows [][]float64) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(referenceFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range records[1:] {
		row := make([]float64, len(rec))
		for j, v := range rec {
			if row[j], err = strconv.ParseFloat(v, 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	return records[0], rows
}

// attitudeRows are the ratings of Chatterjee & Price, weights last, jackknife groups by row mod 10.
func attitudeRows(t *testing.T) driverRows {
	_, rows := driverTable(t, "data/attitude_weighted.csv")
	var d driverRows
	for i, row := range rows {
		k := len(row) - 1
		d.z, d.w, d.group = append(d.z, row[:k]), append(d.w, row[k]), append(d.group, i%10)
	}
	return d
}

var studyDimensions = []string{"attitude", "efficiency", "content", "safety", "brand"}

// sampleDriverRows are the rows of sample.csv with all five dimensions.
func sampleDriverRows(t *testing.T) driverRows {
	s := openSample(t)
	columns := [][]float64{s.numbers("overall")}
	for _, name := range studyDimensions {
		columns = append(columns, s.numbers(name))
	}
	w := s.numbers("pw")
	var keep []int
	var d driverRows
	for i := range s.n {
		var z []float64
		complete := true
		for _, c := range columns {
			z = append(z, c[i])
			complete = complete && !math.IsNaN(c[i])
		}
		if complete {
			d.group = append(d.group, len(keep)%10)
			keep = append(keep, i)
			d.z, d.w = append(d.z, z), append(d.w, w[i])
		}
	}
	kept := s.keep(func(row int) bool {
		for _, k := range keep {
			if k == row {
				return true
			}
		}
		return false
	})
	d.flight, _ = kept.codes("flight")
	d.route, _ = kept.codes("route")
	return d
}

// studyDriverRows are the valid rows of the simulated study, scored by METHOD section 4 with equal item weights: an id up to
// 10,000, and of a duplicate only the first.
func studyDriverRows(t *testing.T) driverRows {
	t.Helper()
	var file bytes.Buffer
	if err := study.WriteCSV(t.Context(), &file, 10_000, 42); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for j, name := range records[0] {
		at[name] = j
	}
	items := strings.Fields("crew_attitude courtesy patience | checkin boarding baggage inflight_speed | catering entertainment seat_comfort | " +
		"flight_safety safety_equipment emergency_handling | awareness corporate_image social_responsibility")
	var d driverRows
	seen := map[int]bool{}
	for _, rec := range records[1:] {
		id, err := strconv.Atoi(rec[at["id"]])
		if err != nil {
			t.Fatal(err)
		}
		if id > 10_000 || seen[id] {
			continue
		}
		seen[id] = true
		overall, err := strconv.ParseFloat(rec[at["overall"]], 64)
		if err != nil {
			t.Fatal(err)
		}
		z := []float64{overall}
		total, answered, applicable := 0.0, 0.0, 0.0
		for _, item := range append(items, "|") {
			if item == "|" {
				score := math.NaN()
				if answered > 0 && 2*answered >= applicable {
					score = 10 * total / answered
				}
				z = append(z, score)
				total, answered, applicable = 0, 0, 0
				continue
			}
			switch v := rec[at[item]]; v {
			case "NA":
			case "":
				applicable++
			default:
				x, err := strconv.ParseFloat(v, 64)
				if err != nil {
					t.Fatal(err)
				}
				total, answered, applicable = total+x, answered+1, applicable+1
			}
		}
		group := int(studyHash(60, uint64(id)) % 50)
		d.scores, d.scoreGroup = append(d.scores, z[1:]), append(d.scoreGroup, group)
		complete := true
		for _, v := range z {
			complete = complete && !math.IsNaN(v)
		}
		if complete {
			flight, err := strconv.Atoi(rec[at["flight"]])
			if err != nil {
				t.Fatal(err)
			}
			d.z, d.group, d.flight = append(d.z, z), append(d.group, group), append(d.flight, flight)
		}
	}
	if len(d.scores) != 10_000 {
		t.Fatalf("%d valid rows", len(d.scores))
	}
	return d
}

// studyHash is h(s, i) of METHOD section 10 with seed 42.
func studyHash(s, i uint64) uint64 {
	const golden = 0x9E3779B97F4A7C15
	mix := func(z uint64) uint64 {
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return z ^ z>>31
	}
	return mix(mix(mix(mix(42+golden)+s*golden) + i*golden))
}
