// Package strictyaml reads YAML files that people write into Go structs, and finds everything wrong with them at once.
//
// It takes less than YAML allows: one document of at most 1 MB in UTF-8, no aliases, anchors or tags, no duplicate keys,
// no keys that the struct does not know, no empty values, and only finite numbers in plain decimal. Each problem names its
// path (models[1].dimensions[0].weight), rule, line and column.
//
//	type mapping struct {
//		Survey  string            `yaml:"survey,required"`
//		Skipped []string          `yaml:"skipped"`
//		Labels  map[string]string `yaml:"labels"`
//	}
//	var m mapping
//	if problems := strictyaml.Decode(src, &m); len(problems) > 0 { … }
package strictyaml

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"paxscore/surveys"
)

const (
	// MaxSize is the largest file read, in bytes.
	MaxSize = 1 << 20
	// MaxDepth is how deep maps and lists may nest.
	MaxDepth = 32
	// MaxProblems is how many problems are reported of one file.
	MaxProblems = 200
)

// Document is a file that is sound YAML, with the place of everything in it.
type Document struct {
	root *yaml.Node
}

// Decode reads src into the struct that into points to and returns everything wrong with it, by place. See
// Document.Decode for the types that can be read.
func Decode(src []byte, into any) []surveys.FieldError {
	doc, problems := Parse(src)
	if doc == nil {
		return problems
	}
	return Sorted(append(problems, doc.Decode(into)...))
}

// Parse reads the structure of a file: encoding, syntax, one document, depth, aliases, duplicate keys. The document is
// nil if there is nothing to go on with; otherwise problems may still be found, and Decode finds the others.
func Parse(src []byte) (*Document, []surveys.FieldError) {
	if p := checkBytes(src); p != nil {
		return nil, p
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var root yaml.Node
	err := dec.Decode(&root)
	if errors.Is(err, io.EOF) {
		return nil, []surveys.FieldError{{Rule: "empty", Message: "the file is empty", Line: 1, Column: 1}}
	}
	if err != nil {
		return nil, []surveys.FieldError{syntaxError(src, err)}
	}
	var problems []surveys.FieldError
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, []surveys.FieldError{syntaxError(src, err)}
	default:
		problems = append(problems, surveys.FieldError{Rule: "documents", Line: second.Line, Column: second.Column,
			Message: "a second document begins here; a file holds one"})
	}
	if len(root.Content) != 1 {
		return nil, []surveys.FieldError{{Rule: "empty", Message: "the file is empty", Line: 1, Column: 1}}
	}
	d := &Document{root: root.Content[0]}
	c := &collector{problems: problems}
	tooDeep := checkTree(c, d.root, "", 1)
	if tooDeep {
		return nil, Sorted(c.problems)
	}
	return d, Sorted(c.problems)
}

// Sorted orders problems by place in the file and returns at most MaxProblems of them, the last then saying that there
// are more.
func Sorted(problems []surveys.FieldError) []surveys.FieldError {
	slices.SortStableFunc(problems, func(a, b surveys.FieldError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(problems) > MaxProblems {
		last := problems[MaxProblems-1]
		last.Rule, last.Message = "problems", fmt.Sprintf("there are %d more problems from here on", len(problems)-MaxProblems+1)
		problems = append(problems[:MaxProblems-1:MaxProblems-1], last)
	}
	return problems
}

// Place returns the line and column of a path as reported in FieldError.Field. Where the path does not exist, it is the
// place of the nearest part of it that does. A number selects from a map too, in the order written.
func (d *Document) Place(path string) (line, column int) {
	n, at := d.root, d.root
	for _, step := range splitPath(path) {
		var key *yaml.Node
		key, n = child(n, step)
		if n == nil {
			break
		}
		at = n
		if key != nil {
			at = key
		}
	}
	return at.Line, at.Column
}

func child(n *yaml.Node, s step) (key, value *yaml.Node) {
	switch {
	case n.Kind == yaml.MappingNode && s.isIndex && s.index < len(n.Content)/2:
		return n.Content[2*s.index], n.Content[2*s.index+1]
	case n.Kind == yaml.SequenceNode && s.isIndex && s.index < len(n.Content):
		return nil, n.Content[s.index]
	case n.Kind == yaml.MappingNode && !s.isIndex:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s.key {
				return n.Content[i], n.Content[i+1]
			}
		}
	}
	return nil, nil
}

// checkBytes finds what no reading can get past: size, encoding, control characters.
func checkBytes(src []byte) []surveys.FieldError {
	one := func(line, column int, rule, format string, args ...any) []surveys.FieldError {
		return []surveys.FieldError{{Line: line, Column: column, Rule: rule, Message: fmt.Sprintf(format, args...)}}
	}
	if len(src) > MaxSize {
		return one(1, 1, "size", "the file has %d bytes; at most %d are read", len(src), MaxSize)
	}
	if bytes.HasPrefix(src, []byte{0xFF, 0xFE}) || bytes.HasPrefix(src, []byte{0xFE, 0xFF}) {
		return one(1, 1, "encoding", "the file is UTF-16; save it as UTF-8")
	}
	line, column := 1, 1
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return one(line, column, "encoding", "byte %#02x is not UTF-8; save the file as UTF-8", src[i])
		case r < ' ' && r != '\n' && r != '\r' && r != '\t', r >= 0x7f && r <= 0x9f && r != 0x85:
			return one(line, column, "control", "control character %U", r)
		}
		i += size
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return nil
}

type collector struct {
	problems []surveys.FieldError
}

func (c *collector) add(n *yaml.Node, path, rule, format string, args ...any) {
	c.problems = append(c.problems, surveys.FieldError{Field: path, Rule: rule, Message: fmt.Sprintf(format, args...),
		Line: n.Line, Column: n.Column})
}

// checkTree reports what is wrong whatever the file is for, and whether it is nested too deep to go on.
func checkTree(c *collector, n *yaml.Node, path string, depth int) (tooDeep bool) {
	if depth > MaxDepth {
		c.add(n, path, "depth", "nested more than %d deep", MaxDepth)
		return true
	}
	if n.Anchor != "" {
		c.add(n, path, "alias", "anchors are not read: &%s", n.Anchor)
	}
	switch n.Kind {
	case yaml.AliasNode:
		c.add(n, path, "alias", "aliases are not read: *%s", n.Value)
	case yaml.SequenceNode:
		for i, e := range n.Content {
			tooDeep = checkTree(c, e, At(path, i), depth+1) || tooDeep
		}
	case yaml.MappingNode:
		first := map[string]*yaml.Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if k.Kind != yaml.ScalarNode {
				c.add(k, path, "key", "a key must be a word")
				continue
			}
			if f, ok := first[k.Value]; ok {
				c.add(k, Join(path, k.Value), "duplicate", "the key stands twice; first in line %d", f.Line)
				continue
			}
			first[k.Value] = k
			tooDeep = checkTree(c, k, Join(path, k.Value), depth+1) || tooDeep
			tooDeep = checkTree(c, v, Join(path, k.Value), depth+1) || tooDeep
		}
	case yaml.ScalarNode:
		if n.Style&yaml.TaggedStyle != 0 {
			c.add(n, path, "tag", "tags are not read: %s", n.Tag)
		}
	}
	return tooDeep
}
