package imports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

// items checks the columns of items and comments.
func (c *mappingCheck) items(m *Mapping) {
	q := &c.survey.Questionnaire
	at := map[string]int{}
	var keys []string
	closed := map[string]surveys.Item{}
	for i, it := range q.Rated() {
		at[string(it.Key)] = i
		closed[string(it.Key)] = it
	}
	comments := map[string]surveys.Item{}
	for _, it := range q.Items() {
		keys = append(keys, string(it.Key))
		if !it.Closed() {
			comments[string(it.Key)] = it
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.file.Items)) {
		f, path := c.file.Items[key], strictyaml.Join("items", key)
		src := c.source(path, f.Column, "", "")
		if it, ok := comments[key]; ok {
			if len(f.NotApplicable)+len(f.Skipped)+len(f.NotAsked)+len(f.Values) > 0 {
				c.add(path, "comment", "a comment has a column and nothing else")
			}
			m.comments = append(m.comments, commentRule{src, it})
			continue
		}
		it, ok := closed[key]
		if !ok {
			c.unknown(path, "item", key, keys)
			continue
		}
		if other, ok := c.used[f.Column]; ok && f.Column != "" {
			c.add(path, "duplicate", "column %q is taken by %s already", f.Column, other)
		}
		c.used[f.Column] = path
		m.items = append(m.items, c.item(path, f, it, at[key], src))
	}
	if len(m.items) == 0 && len(c.problems) == 0 {
		c.add("items", "required", "no item of the survey has a column")
	}
	slices.SortFunc(m.items, func(a, b itemRule) int { return a.at - b.at })
}

func (c *mappingCheck) item(path string, f itemFile, it surveys.Item, at int, src source) itemRule {
	scale, _ := c.survey.Questionnaire.Scale(it.Scale)
	r := itemRule{source: src, at: at, item: it, low: scale.Low, high: scale.High, numbers: len(f.Values) == 0, codes: map[string]byte{}}
	r.addNumbers()
	for _, label := range slices.Sorted(maps.Keys(f.Values)) {
		v := f.Values[label].n
		if f.Values[label].bad {
			continue
		}
		if v < scale.Low || v > scale.High {
			c.add(strictyaml.Join(path+".values", label), "range", "rating %d is outside the scale %d to %d", v, scale.Low, scale.High)
			continue
		}
		r.codes[strings.TrimSpace(label)] = byte(v - scale.Low)
	}
	c.codes(r, path, "not_asked", f.NotAsked, c.file.NotAsked, surveys.NotRouted)
	c.codes(r, path, "not_applicable", f.NotApplicable, c.file.NotApplicable, surveys.NotApplicable)
	c.codes(r, path, "skipped", f.Skipped, c.file.Skipped, surveys.Skipped)
	if _, ok := r.codes[""]; !ok {
		r.codes[""] = surveys.Skipped
	}
	return r
}

// addNumbers makes the numbers of the scale ratings.
func (r *itemRule) addNumbers() {
	for v := r.low; r.numbers && v <= r.high; v++ {
		r.codes[fmt.Sprint(v)] = byte(v - r.low)
	}
}

// codes adds the codes of a list of the item, or of the whole file where the item has none.
func (c *mappingCheck) codes(r itemRule, path, list string, own, whole []string, code byte) {
	codes, place := whole, list
	if own != nil {
		codes, place = own, path+"."+list
	}
	if code == surveys.NotApplicable && !r.item.NotApplicable {
		if len(own) > 0 {
			c.add(place, "not_applicable", "the item does not offer \"not applicable\"")
		}
		code = notAllowedCode
	}
	for _, text := range codes {
		text = strings.TrimSpace(text)
		before, taken := r.codes[text]
		switch {
		case !taken:
			r.codes[text] = code
		case before == code:
		case before <= surveys.MaxCode && own == nil:
			c.add(path, "conflict", "code %q of %s is also a rating of this item (%d to %d); give the item lists of its own, such as %s: []", text, list, r.low, r.high, list)
		case before <= surveys.MaxCode:
			c.add(place, "conflict", "code %q is also a rating of this item", text)
		default:
			c.add(path, "conflict", "code %q has two meanings", text)
		}
	}
}
