// Package reference gives tests the values that R and numpy computed, carried in scoring/testdata/reference, and sees to it that none of
// them is left out. Each file has an expected part, a tree of objects and lists; its leaves are addressed by dotted paths, as in
// "weights_only.ci95_t.0.1", and an empty list is one leaf. A test opens a file, or the parts of it that the test answers for, and
// must take every leaf of them; this package's own test reads all tests of the module and sees that every leaf of every file is answered
// for once.
package reference

import (
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

// File is the expected part of one file in one test.
type File struct {
	T    *testing.T
	Name string

	leaves map[string]any
	// branches holds the paths of all leaves and of all that is above them.
	branches map[string]bool
	parts    Parts
	// taken holds every leaf read, and the tolerance and relative difference of those asserted.
	taken    map[string]bool
	asserted map[string]check
}

type check struct {
	tolerance, difference float64
}

// Parts are the paths a test answers for: those at or below one of them, less those at or below one that is written with a leading
// "-". None stand for the whole file.
type Parts []string

// Hold tells whether a leaf is one of them.
func (p Parts) Hold(leaf string) bool {
	in := true
	for _, part := range p {
		if out, left := strings.CutPrefix(part, "-"); left {
			if below(leaf, out) {
				return false
			}
		} else {
			in = false
		}
	}
	return in || slices.ContainsFunc(p, func(part string) bool { return below(leaf, part) })
}

func below(path, part string) bool { return path == part || strings.HasPrefix(path, part+".") }

// Open reads a file, "ref_study.json". When the test ends it must have taken every leaf of the parts, and is told how many it asserted.
// Other leaves may be read as well.
func Open(t *testing.T, name string, parts ...string) *File {
	t.Helper()
	f := Read(t, name)
	f.parts = parts
	t.Cleanup(f.close)
	return f
}

// Read is Open for a test that answers for no part and compares what it likes.
func Read(t *testing.T, name string) *File {
	t.Helper()
	leaves, err := Leaves(filepath.Join(Folder(t), name))
	if err != nil {
		t.Fatal(err)
	}
	f := &File{T: t, Name: name, leaves: leaves, branches: map[string]bool{}, taken: map[string]bool{}, asserted: map[string]check{}}
	for leaf := range leaves {
		for f.branches[leaf] = true; strings.Contains(leaf, "."); f.branches[leaf] = true {
			leaf = leaf[:strings.LastIndex(leaf, ".")]
		}
	}
	return f
}

// Folder is where the files lie, found from the folder a test runs in.
func Folder(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return filepath.Join(dir, "scoring", "testdata", "reference")
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("reference: no module above the folder of the test")
	return ""
}

// Leaves are the values of the expected part of a file: numbers, texts, booleans, nil and empty lists.
func Leaves(path string) (map[string]any, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	var file struct {
		Expected any `json:"expected"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("reference %s: %w", path, err)
	}
	leaves := map[string]any{}
	flatten(leaves, "", file.Expected)
	return leaves, nil
}

func flatten(leaves map[string]any, path string, v any) {
	at := func(k string) string {
		if path == "" {
			return k
		}
		return path + "." + k
	}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			flatten(leaves, at(k), x)
		}
	case []any:
		for i, x := range v {
			flatten(leaves, at(strconv.Itoa(i)), x)
		}
		if len(v) == 0 {
			leaves[path] = v
		}
	default:
		leaves[path] = v
	}
}

// Has says whether the file has a leaf or a branch at path.
func (f *File) Has(path string) bool {
	return f.branches[path]
}

// Length is the number of elements of the list at path.
func (f *File) Length(path string) int {
	n := 0
	for f.branches[path+"."+strconv.Itoa(n)] {
		n++
	}
	return n
}

// Number takes the leaf at path, null as NaN, as an argument of what is asserted.
func (f *File) Number(path string) float64 {
	f.T.Helper()
	switch v := f.take(path).(type) {
	case nil:
		return math.NaN()
	case float64:
		return v
	default:
		f.T.Fatalf("%s: %s is %v, not a number", f.Name, path, v)
		return 0
	}
}

// Text takes the leaf at path as an argument of what is asserted.
func (f *File) Text(path string) string {
	f.T.Helper()
	v, ok := f.take(path).(string)
	if !ok {
		f.T.Fatalf("%s: %s is not a text", f.Name, path)
	}
	return v
}

func (f *File) take(path string) any {
	f.T.Helper()
	v, ok := f.leaves[path]
	if !ok {
		f.T.Fatalf("%s has no %s", f.Name, path)
	}
	f.taken[path] = true
	return v
}

// close fails the test for leaves it answers for and did not take, and logs how many it asserted.
func (f *File) close() {
	f.T.Helper()
	if f.T.Failed() {
		return
	}
	var missed []string
	rows, arguments := 0, 0
	count, worst := map[float64]int{}, map[float64]float64{}
	for _, leaf := range slices.Sorted(maps.Keys(f.leaves)) {
		if !f.parts.Hold(leaf) {
			continue
		}
		rows++
		c, asserted := f.asserted[leaf]
		switch {
		case asserted:
			count[c.tolerance]++
			worst[c.tolerance] = math.Max(worst[c.tolerance], c.difference)
		case f.taken[leaf]:
			arguments++
		default:
			missed = append(missed, leaf)
		}
	}
	for _, leaf := range missed[:min(len(missed), 20)] {
		f.T.Errorf("%s: %s was not checked (%d in all)", f.Name, leaf, len(missed))
	}
	if rows == 0 {
		f.T.Errorf("%s has no rows in %v", f.Name, []string(f.parts))
	}
	f.T.Logf("%s: %d rows, %d asserted, %d read as arguments", f.Name, rows, rows-arguments-len(missed), arguments)
	for _, tolerance := range slices.Sorted(maps.Keys(count)) {
		f.T.Logf("%s: %d to %.0e, worst relative difference %.2g", f.Name, count[tolerance], tolerance, worst[tolerance])
	}
}
