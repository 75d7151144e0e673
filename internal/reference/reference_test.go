package reference_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"paxscore/internal/reference"
)

// claim is one call of reference.Open in a test: what it answers for.
type claim struct {
	at    token.Position
	parts reference.Parts
}

// claims reads all tests of the module for the parts they open, by file.
func claims(t *testing.T, root string) map[string][]claim {
	t.Helper()
	out := map[string][]claim{}
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") || path == filepath.Join(root, "internal", "reference") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			f, function := d.(*ast.FuncDecl)
			test := function && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test")
			ast.Inspect(d, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && opens(call) {
					at := set.Position(call.Pos())
					texts, ok := literals(call.Args[1:])
					if !ok || !test {
						t.Errorf("%s: a test opens a file itself, and writes out its name and parts", at)
						return true
					}
					out[texts[0]] = append(out[texts[0]], claim{at, texts[1:]})
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// opens tells whether a call is reference.Open.
func opens(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "Open" {
		return false
	}
	room, ok := f.X.(*ast.Ident)
	return ok && room.Name == "reference"
}

// literals are the texts that arguments are written as.
func literals(arguments []ast.Expr) (texts []string, ok bool) {
	for _, a := range arguments {
		lit, ok := a.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return nil, false
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, len(texts) > 0
}

// Every row of every file is answered for by one test, and docs/method.md counts the rows as they are. That the tests take their rows is
// for themselves to see; see reference.Open.
func TestEveryRowIsAnsweredForOnce(t *testing.T) {
	folder := reference.Folder(t)
	root := filepath.Join(folder, "..", "..", "..")
	files, err := filepath.Glob(filepath.Join(folder, "ref_*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 17 {
		t.Errorf("%d files, want 17", len(files))
	}
	described, err := os.ReadFile(filepath.Join(root, "docs", "method.md"))
	if err != nil {
		t.Fatal(err)
	}
	opened := claims(t, root)
	total := 0
	for _, path := range files {
		name := filepath.Base(path)
		leaves, err := reference.Leaves(path)
		if err != nil {
			t.Fatal(err)
		}
		total += len(leaves)
		missing := 0
		for leaf := range leaves {
			var by []string
			for _, c := range opened[name] {
				if c.parts.Hold(leaf) {
					by = append(by, c.at.String())
				}
			}
			if len(by) == 1 {
				continue
			}
			if missing++; missing <= 10 {
				t.Errorf("%s: %s is answered for by %d tests: %s", name, leaf, len(by), strings.Join(by, ", "))
			}
		}
		row := regexp.MustCompile(`(?m)^\| ` + strings.TrimSuffix(name, ".json") + ` \|[^|]*\| ([0-9,]+) \| ([0-9,]+) \| ([0-9,]+) \|`).FindSubmatch(described)
		if row == nil {
			t.Errorf("docs/method.md has no line for %s", name)
		} else if rows, arguments, checked := whole(t, row[1]), whole(t, row[2]), whole(t, row[3]); rows != len(leaves) || rows != arguments+checked {
			t.Errorf("docs/method.md: %s has %d rows, %d arguments and %d values, it is %d rows", name, rows, arguments, checked, len(leaves))
		}
		delete(opened, name)
	}
	for name := range opened {
		t.Errorf("%s is opened and not carried", name)
	}
	t.Logf("%d rows in %d files", total, len(files))
}

// whole is a number written with commas.
func whole(t *testing.T, text []byte) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(string(text), ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestParts(t *testing.T) {
	for _, c := range []struct {
		parts reference.Parts
		leaf  string
		want  bool
	}{
		{nil, "a.b", true},
		{reference.Parts{"a"}, "a.b", true},
		{reference.Parts{"a"}, "a", true},
		{reference.Parts{"a"}, "ab", false},
		{reference.Parts{"a", "-a.b"}, "a.b.0", false},
		{reference.Parts{"a", "-a.b"}, "a.c", true},
		{reference.Parts{"-a"}, "b", true},
		{reference.Parts{"-a"}, "a.0", false},
	} {
		if got := c.parts.Hold(c.leaf); got != c.want {
			t.Errorf("%v hold %s: %t, want %t", c.parts, c.leaf, got, c.want)
		}
	}
}
