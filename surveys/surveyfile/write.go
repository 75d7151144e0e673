package surveyfile

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"paxscore/surveys"
)

// WriteDimensions writes the dimensions of a model as they stand in a survey file, ready to take the place of those of a model there, after who
// approved their weights, where that is not nil.
func WriteDimensions(w io.Writer, dimensions []surveys.Dimension, approved *surveys.Approval) error {
	part := &yaml.Node{Kind: yaml.MappingNode}
	if a := approved; a != nil {
		m := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{word("by"), word(a.By), word("on"), day(a.On), word("method"), word(string(a.Method))}}
		if a.FrozenUntil != "" {
			m.Content = append(m.Content, word("frozen_until"), day(a.FrozenUntil))
		}
		part.Content = append(part.Content, word("approval"), m)
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, d := range dimensions {
		m := &yaml.Node{Kind: yaml.MappingNode}
		add := func(key string, value *yaml.Node) { m.Content = append(m.Content, word(key), value) }
		add("key", word(string(d.Key)))
		if len(d.Label) > 0 {
			label := &yaml.Node{Kind: yaml.MappingNode}
			for _, language := range slices.Sorted(maps.Keys(d.Label)) {
				label.Content = append(label.Content, word(language), word(d.Label[language]))
			}
			add("label", label)
		}
		add("weight", decimal(d.DimensionWeight))
		if d.Measure != "" {
			add("measure", word(string(d.Measure)))
		}
		if d.Target != nil {
			add("target", decimal(*d.Target))
		}
		add("items", itemsOf(d.Items))
		list.Content = append(list.Content, m)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	part.Content = append(part.Content, word("dimensions"), list)
	if err := e.Encode(part); err != nil {
		return fmt.Errorf("write dimensions: %w", err)
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, "    "+line); err != nil {
			return err
		}
	}
	return nil
}

// itemsOf is a list where all items count the same, else a map to their weights.
func itemsOf(items []surveys.ItemWeight) *yaml.Node {
	equal := !slices.ContainsFunc(items, func(i surveys.ItemWeight) bool { return i.ItemWeight != 1/float64(len(items)) })
	out := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	if !equal {
		out.Kind = yaml.MappingNode
	}
	for _, i := range items {
		out.Content = append(out.Content, word(string(i.Item)))
		if !equal {
			out.Content = append(out.Content, decimal(i.ItemWeight))
		}
	}
	return out
}

func word(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

func day(d surveys.Date) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: string(d)} }

func decimal(x float64) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(x, 'f', -1, 64)}
}
