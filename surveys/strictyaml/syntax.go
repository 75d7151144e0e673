package strictyaml

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"paxscore/surveys"
)

// The parser's errors hold a line at most. Errors of its grammar count lines from 0; those of its scanner from 1.
var (
	parserError  = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(?s:(.*))$`)
	grammarError = regexp.MustCompile(`^did not find expected (key|'-' indicator|node content|',' or|<)|^found (duplicate|undefined|incompatible)`)
)

// syntaxError turns the parser's error into a problem with the best place that can be found for it.
func syntaxError(src []byte, err error) surveys.FieldError {
	m := parserError.FindStringSubmatch(err.Error())
	f := surveys.FieldError{Rule: "syntax", Message: "this is not YAML: " + m[2], Line: 1, Column: 1}
	lines := bytes.SplitAfter(src, []byte("\n"))
	if n, err := strconv.Atoi(m[1]); err == nil {
		f.Line = n
		if grammarError.MatchString(m[2]) {
			f.Line++
		}
		f.Line = min(f.Line, len(lines))
	}
	switch {
	case strings.HasSuffix(m[2], "expected key") || strings.HasSuffix(m[2], "'-' indicator"):
		// The parser names the line where the map or list begins. The line that breaks it is the first with which
		// the file fails in this way.
		f.Line = 1 + sort.Search(len(lines)-1, func(i int) bool {
			var n yaml.Node
			e := yaml.Unmarshal(bytes.Join(lines[:i+1], nil), &n)
			return e != nil && strings.HasSuffix(e.Error(), m[2])
		})
		f.Message = "this is not YAML: the line does not fit the ones above it; is it indented as they are?"
	case strings.HasPrefix(m[2], "unknown anchor "):
		name := strings.TrimSuffix(strings.TrimPrefix(m[2], "unknown anchor "), " referenced")
		f.Rule, f.Message = "alias", "aliases are not read: "+name
		if i := bytes.Index(src, []byte("*"+strings.Trim(name, "'"))); i >= 0 {
			f.Line = 1 + bytes.Count(src[:i], []byte("\n"))
			f.Column = 1 + utf8.RuneCount(src[bytes.LastIndexByte(src[:i], '\n')+1:i])
		}
	}
	for i := max(0, f.Line-2); i <= f.Line && i < len(lines); i++ {
		indent := lines[i][:len(lines[i])-len(bytes.TrimLeft(lines[i], " \t"))]
		if tab := bytes.IndexByte(indent, '\t'); tab >= 0 {
			return surveys.FieldError{Rule: "tab", Message: "lines are indented with spaces, not with tabs", Line: i + 1, Column: tab + 1}
		}
	}
	return f
}
