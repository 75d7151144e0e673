package stats_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The files in ../testdata/reference hold values computed by R; each names its script, packages and tolerance.
const referenceFolder = "../testdata/reference"

// reference is the expected part of one file as leaves under dotted paths. Every leaf must be checked or passed over with a
// reason before the test ends.
type reference struct {
	t      *testing.T
	name   string
	leaves map[string]any
	seen   map[string]bool
	// checked counts values and worst holds the largest relative difference met, by tolerance.
	checked map[float64]int
	worst   map[float64]float64
}

func openReference(t *testing.T, name string) *reference {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(referenceFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Expected any `json:"expected"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	r := &reference{t: t, name: name, leaves: map[string]any{}, seen: map[string]bool{}, checked: map[float64]int{}, worst: map[float64]float64{}}
	r.flatten("", file.Expected)
	t.Cleanup(r.close)
	return r
}

func (r *reference) flatten(path string, v any) {
	join := func(k string) string {
		if path == "" {
			return k
		}
		return path + "." + k
	}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			r.flatten(join(k), x)
		}
	case []any:
		for i, x := range v {
			r.flatten(join(strconv.Itoa(i)), x)
		}
	default:
		r.leaves[path] = v
	}
}

// number is the leaf at path, which counts as seen.
func (r *reference) number(path string) float64 {
	r.t.Helper()
	v, ok := r.leaves[path]
	if !ok {
		r.t.Fatalf("%s has no %s", r.name, path)
	}
	r.seen[path] = true
	switch v := v.(type) {
	case nil:
		return math.NaN()
	case float64:
		return v
	}
	r.t.Fatalf("%s: %s is %v, not a number", r.name, path, v)
	return 0
}

func (r *reference) text(path string) string {
	r.t.Helper()
	v, ok := r.leaves[path].(string)
	if !ok {
		r.t.Fatalf("%s has no text at %s", r.name, path)
	}
	r.seen[path] = true
	return v
}

// length is the number of elements of the array at path.
func (r *reference) length(path string) int {
	n := 0
	for {
		prefix := path + "." + strconv.Itoa(n)
		_, leaf := r.leaves[prefix]
		for p := range r.leaves {
			leaf = leaf || strings.HasPrefix(p, prefix+".")
		}
		if !leaf {
			return n
		}
		n++
	}
}

// equal checks got against the leaf at path to a relative tolerance. A want of 0 is met within the tolerance itself.
func (r *reference) equal(path string, got, tolerance float64) {
	r.t.Helper()
	want := r.number(path)
	diff := relative(got, want)
	r.checked[tolerance]++
	r.worst[tolerance] = max(r.worst[tolerance], diff)
	if !(diff <= tolerance) {
		r.t.Errorf("%s: %s = %.17g, want %.17g (relative %.2g > %.0e)", r.name, path, got, want, diff, tolerance)
	}
}

func (r *reference) equalPair(path string, low, high, tolerance float64) {
	r.t.Helper()
	r.equal(path+".0", low, tolerance)
	r.equal(path+".1", high, tolerance)
}

func (r *reference) equalMatrix(path string, got [][]float64, tolerance float64) {
	r.t.Helper()
	for i := range got {
		for j := range got[i] {
			r.equal(fmt.Sprintf("%s.%d.%d", path, i, j), got[i][j], tolerance)
		}
	}
}

// pass leaves out every leaf whose path contains part; reason is for the reader.
func (r *reference) pass(part, reason string) {
	n := 0
	for p := range r.leaves {
		if strings.Contains("."+p+".", "."+part+".") && !r.seen[p] {
			r.seen[p] = true
			n++
		}
	}
	r.t.Logf("%s: %d values under %s not checked: %s", r.name, n, part, reason)
}

func (r *reference) close() {
	var missed []string
	for p := range r.leaves {
		if !r.seen[p] {
			missed = append(missed, p)
		}
	}
	slices.Sort(missed)
	for _, p := range missed[:min(len(missed), 20)] {
		r.t.Errorf("%s: %s was not checked (%d in all)", r.name, p, len(missed))
	}
	for _, tolerance := range slices.Sorted(maps.Keys(r.checked)) {
		r.t.Logf("%s: %d values checked to %.0e, worst relative difference %.2g", r.name, r.checked[tolerance], tolerance, r.worst[tolerance])
	}
}

func relative(got, want float64) float64 {
	if got == want || (math.IsNaN(got) && math.IsNaN(want)) {
		return 0
	}
	if want == 0 {
		return math.Abs(got)
	}
	d := math.Abs(got-want) / math.Abs(want)
	if math.IsNaN(d) {
		return math.Inf(1)
	}
	return d
}

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
