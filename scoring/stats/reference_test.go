package stats_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"paxscore/internal/reference"
)

// The files in ../testdata/reference hold values computed by R; each names its script, packages and tolerance.
const referenceFolder = "../testdata/reference"

// expected is a file of them, or parts of one; see package reference. Its methods assert what belongs together.
type expected struct{ *reference.File }

func relative(got, want float64) float64 { return reference.Relative(got, want) }

// sample holds the columns of sample.csv as text.
type sample struct {
	t    *testing.T
	n    int
	cols map[string][]string
}

func openSample(t *testing.T) sample {
	t.Helper()
	f, err := os.Open(filepath.Join(referenceFolder, "sample.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := sample{t: t, n: len(rows) - 1, cols: map[string][]string{}}
	for j, name := range rows[0] {
		for _, row := range rows[1:] {
			s.cols[name] = append(s.cols[name], row[j])
		}
	}
	return s
}

// text is a column as it stands.
func (s sample) text(name string) []string {
	s.t.Helper()
	c, ok := s.cols[name]
	if !ok {
		s.t.Fatalf("sample has no column %s", name)
	}
	return c
}

// numbers is a column as numbers, NaN where the answer is skipped or not applicable.
func (s sample) numbers(name string) []float64 {
	s.t.Helper()
	out := make([]float64, s.n)
	for i, v := range s.text(name) {
		if v == "" || v == "NA" {
			out[i] = math.NaN()
			continue
		}
		x, err := strconv.ParseFloat(v, 64)
		if err != nil {
			s.t.Fatal(err)
		}
		out[i] = x
	}
	return out
}

// codes numbers the distinct values of a column in order of first appearance.
func (s sample) codes(name string) (code []int, levels []string) {
	s.t.Helper()
	index := map[string]int{}
	for _, v := range s.text(name) {
		k, ok := index[v]
		if !ok {
			k = len(levels)
			index[v] = k
			levels = append(levels, v)
		}
		code = append(code, k)
	}
	return code, levels
}

// keep is the sample with only the rows where ok holds.
func (s sample) keep(ok func(row int) bool) sample {
	out := sample{t: s.t, cols: map[string][]string{}}
	for i := range s.n {
		if ok(i) {
			out.n++
			for name, c := range s.cols {
				out.cols[name] = append(out.cols[name], c[i])
			}
		}
	}
	return out
}
