// Package rooms holds the test of the import rule: the layout of the repository is its architecture, and an arrow that
// is not drawn here does not exist.
package rooms

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const module = "paxscore"

// standard is what a pure room may use besides its arrows: nothing but the standard library.
var standard = []string{}

// rule gives, for a room (the longest matching prefix counts), the rooms it may import and the outside modules it may
// use; nil modules means any.
type rule struct {
	rooms   []string
	modules []string
}

func rules() map[string]rule {
	yaml := []string{"go.yaml.in/yaml/v3"}
	return map[string]rule{
		"cmd":     {rooms: []string{"api", "web", "exports", "imports", "reports", "store", "surveys", "migrations", "scoring", "internal"}},
		"api":     {rooms: []string{"surveys", "reports", "exports", "imports", "internal"}},
		"web":     {rooms: []string{"surveys", "reports", "exports", "imports", "internal"}},
		"exports": {rooms: []string{"surveys", "reports"}},
		"imports": {rooms: []string{"surveys"}},
		// reports fills the columns and asks scoring about them; the kernel is scoring's alone
		"reports":         {rooms: []string{"surveys", "scoring", "scoring/columns"}, modules: standard},
		"store":           {rooms: []string{"surveys", "migrations"}},
		"scoring":         {rooms: []string{"scoring/stats", "scoring/columns", "scoring/lanes"}, modules: standard},
		"scoring/stats":   {modules: standard},
		"scoring/columns": {rooms: []string{"scoring/lanes"}, modules: standard},
		"scoring/lanes":   {modules: []string{"golang.org/x/sys/cpu"}}, // says whether the processor has vector registers
		"surveys":         {rooms: []string{"surveys"}, modules: standard},
		// the survey file is part of the domain's room and is the one place there that needs a library
		"surveys/strictyaml": {rooms: []string{"surveys"}, modules: yaml},
		"surveys/surveyfile": {rooms: []string{"surveys"}, modules: yaml},
		"migrations":         {modules: standard},
		"internal":           {rooms: []string{"surveys", "store", "migrations", "internal"}},
		// measures the whole program
		"internal/bench": {rooms: []string{"surveys", "store", "reports", "api", "internal"}},
	}
}

// only names the one room that may import a module.
func only() map[string]string {
	return map[string]string{"gorm.io/": "store", "github.com/alecthomas/kong": "cmd"}
}

func TestImportRule(t *testing.T) {
	root := moduleRoot(t)
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		for _, spec := range file.Imports {
			seen++
			check(t, filepath.ToSlash(rel), strings.Trim(spec.Path.Value, `"`))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("no import was read: the rule has not been tested")
	}
}

func check(t *testing.T, file, imported string) {
	t.Helper()
	dir := filepath.ToSlash(filepath.Dir(file))
	room, r, ok := roomOf(dir)
	if !ok {
		t.Errorf("%s: the folder is in no room of the house", file)
		return
	}
	if target, inside := strings.CutPrefix(imported, module+"/"); inside {
		if targetRoom, _, ok := roomOf(target); ok && targetRoom == room || allowed(room, r, target) {
			return
		}
		t.Errorf("%s imports %s: there is no arrow from %s", file, imported, room)
		return
	}
	for prefix, owner := range only() {
		if strings.HasPrefix(imported, prefix) && room != owner {
			t.Errorf("%s imports %s: only %s may", file, imported, owner)
		}
	}
	if r.modules == nil || !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
		return
	}
	for _, m := range r.modules {
		if imported == m {
			return
		}
	}
	t.Errorf("%s imports %s: %s stands on the standard library", file, imported, room)
}

// allowed reports whether a room may import the package at target.
func allowed(room string, r rule, target string) bool {
	targetRoom, _, ok := roomOf(target)
	if !ok {
		return false
	}
	for _, x := range r.rooms {
		// "scoring" as a target does not open its kernel; a sub-package that has no rule of its own does belong
		if targetRoom == x || (x == "surveys" && within(targetRoom, "surveys")) || (room == "cmd" && within(targetRoom, x)) {
			return true
		}
	}
	return false
}

// roomOf returns the room of a package folder: the longest prefix that has a rule.
func roomOf(dir string) (string, rule, bool) {
	all := rules()
	for d := dir; d != "." && d != ""; d = filepath.ToSlash(filepath.Dir(d)) {
		if r, ok := all[d]; ok {
			return d, r, true
		}
	}
	return "", rule{}, false
}

func within(target, dir string) bool { return target == dir || strings.HasPrefix(target, dir+"/") }

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
