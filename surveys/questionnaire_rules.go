package surveys

import "slices"

// check reports every rule that the questionnaire breaks. Paths are those of the survey file.
func (q *Questionnaire) check(r *rules) {
	q.checkLanguages(r)
	r.text("title", q.Title, false)
	r.text("intro", q.Intro, true)
	r.text("thanks", q.Thanks, true)
	q.checkScales(r)
	names := map[string]bool{} // items and attributes are columns of one file
	q.checkAttributes(r, names)
	q.checkSections(r, names)
}

func (q *Questionnaire) checkLanguages(r *rules) {
	if len(q.Languages) == 0 {
		r.Add("languages", "required", "at least one language is needed")
	}
	for i, l := range q.Languages {
		switch {
		case !validLanguage(l):
			r.Add(at("languages", i), "language", "%s is not a language tag such as en or zh-Hans", quoted(l))
			r.languages = append(r.languages, l)
		case slices.Contains(q.Languages[:i], l):
			r.Add(at("languages", i), "duplicate", "%s stands twice", l)
		default:
			r.languages = append(r.languages, l)
		}
	}
}

func (q *Questionnaire) checkScales(r *rules) {
	seen := map[string]bool{}
	for i, s := range q.Scales {
		path := at("scales", i)
		r.key(path+".key", s.Key, seen)
		if s.Low >= s.High {
			r.Add(path+".high", "range", "the scale runs from %d to %d; high must be above low", s.Low, s.High)
		} else if s.High-s.Low > int(MaxCode) || s.High-s.Low < 0 {
			r.Add(path+".high", "range", "the scale runs from %d to %d; it can span at most %d", s.Low, s.High, MaxCode)
		}
		r.text(path+".low_label", s.LowLabel, true)
		r.text(path+".high_label", s.HighLabel, true)
		values := map[int]bool{}
		for j, p := range s.Points {
			place := at(path+".points", j)
			if p.Value < s.Low || p.Value > s.High {
				r.Add(place+".value", "range", "%d is outside the scale, %d to %d", p.Value, s.Low, s.High)
			} else if values[p.Value] {
				r.Add(place+".value", "duplicate", "%d stands twice", p.Value)
			}
			values[p.Value] = true
			r.text(place+".label", p.Label, false)
			if p.Score != nil && !within(*p.Score, 0, 100) {
				r.Add(place+".score", "range", "a score lies from 0 to 100, not at %v", *p.Score)
			}
		}
		if n := s.High - s.Low + 1; len(s.Points) > 0 && n > 0 && n <= int(MaxCode)+1 {
			for v := s.Low; v <= s.High; v++ {
				if !values[v] {
					r.Add(path+".points", "required", "%d has no label; label every value of the scale or none", v)
				}
			}
		}
	}
}

func (q *Questionnaire) checkAttributes(r *rules, names map[string]bool) {
	for i, a := range q.Attributes {
		path := at("attributes", i)
		r.key(path+".key", string(a.Key), names)
		if reservedKey(string(a.Key)) {
			r.Add(path+".key", "reserved", "%s has a meaning of its own and cannot be an attribute", quoted(string(a.Key)))
		}
		r.text(path+".label", a.Label, false)
		seen := map[string]bool{}
		for j, v := range a.Values {
			place := at(path+".values", j)
			switch {
			case v.Key == "" || !(Attribute{}).Has(v.Key):
				r.Add(place, "key", "%s cannot be a value: it needs 1 to %d characters and no blanks at its ends", quoted(v.Key), MaxAttribute)
			case seen[v.Key]:
				r.Add(place, "duplicate", "%s stands twice", quoted(v.Key))
			}
			seen[v.Key] = true
			r.text(place, v.Label, false)
		}
	}
}

func (q *Questionnaire) checkSections(r *rules, names map[string]bool) {
	if len(q.Sections) == 0 {
		r.Add("sections", "required", "at least one section is needed")
		return
	}
	sections := map[string]bool{}
	kinds := map[Kind]bool{}
	earlier := map[ItemKey]Item{}
	closed := false
	for i, s := range q.Sections {
		path := at("sections", i)
		r.key(path+".key", s.Key, sections)
		r.text(path+".title", s.Title, true)
		q.checkCondition(r, path+".show_if", s.ShowIf, earlier)
		q.checkWord(r, path+".touchpoint", s.Touchpoint)
		if len(s.Items) == 0 {
			r.Add(path+".items", "required", "a section needs an item")
		}
		for j, item := range s.Items {
			place := at(path+".items", j)
			r.key(place+".key", string(item.Key), names)
			if reservedKey(string(item.Key)) {
				r.Add(place+".key", "reserved", "%s has a meaning of its own and cannot be an item", quoted(string(item.Key)))
			}
			q.checkItem(r, place, item)
			if item.Touchpoint != s.Touchpoint {
				q.checkWord(r, place+".touchpoint", item.Touchpoint)
			}
			q.checkCondition(r, place+".show_if", item.ShowIf, earlier)
			switch item.Kind {
			case KindOverall, KindRecommend, KindAgain:
				if kinds[item.Kind] {
					r.Add(place+".kind", "duplicate", "there is an item of kind %s already", item.Kind)
				}
				kinds[item.Kind] = true
			}
			if _, ok := earlier[item.Key]; !ok {
				earlier[item.Key] = item
			}
			closed = closed || item.Closed()
		}
	}
	if !closed {
		r.Add("sections", "required", "at least one item must be rated on a scale")
	}
}

func (q *Questionnaire) checkItem(r *rules, path string, item Item) {
	r.text(path+".text", item.Text, false)
	q.checkWord(r, path+".owner", item.Owner)
	switch item.Kind {
	case KindRating, KindOverall, KindRecommend, KindAgain:
		s, ok := q.Scale(item.Scale)
		switch {
		case item.Scale == "":
			r.Add(path+".scale", "required", "the item needs a scale")
		case !ok:
			r.Add(path+".scale", "unknown", "there is no scale %s", quoted(item.Scale))
		case item.Kind == KindRecommend && (s.Low != 0 || s.High != 10):
			r.Add(path+".scale", "range", "recommendation is asked on a scale from 0 to 10, not %d to %d", s.Low, s.High)
		case item.Kind == KindRecommend && item.Reverse:
			r.Add(path+".reverse", "kind", "recommendation cannot be reversed")
		}
		if item.MaxLength != 0 {
			r.Add(path+".max_length", "kind", "only a comment has a length")
		}
	case KindComment:
		if item.Scale != "" {
			r.Add(path+".scale", "kind", "a comment has no scale")
		}
		if item.Reverse {
			r.Add(path+".reverse", "kind", "a comment cannot be reversed")
		}
		if item.NotApplicable {
			r.Add(path+".not_applicable", "kind", "a comment is left empty where it does not apply")
		}
		if item.MaxLength < 0 || item.MaxLength > 10_000 {
			r.Add(path+".max_length", "range", "a comment has 1 to 10000 characters, not %d", item.MaxLength)
		}
	default:
		r.Add(path+".kind", "unknown", "%s is not a kind of item; the kinds are rating, overall, recommend, again, comment", quoted(string(item.Kind)))
	}
}

// checkWord requires a touchpoint or department to be a key, or absent.
func (q *Questionnaire) checkWord(r *rules, path, word string) {
	if word != "" && !validKey(word) {
		r.Add(path, "key", "%s cannot be used here: %s", quoted(word), keyForm)
	}
}

// checkCondition requires routing to refer to what is known when the question comes up.
func (q *Questionnaire) checkCondition(r *rules, path string, c *Condition, earlier map[ItemKey]Item) {
	switch {
	case c == nil:
	case (c.Item == "") == (c.Attribute == ""):
		r.Add(path, "condition", "a condition names an item or an attribute")
	case c.Item != "":
		q.checkItemCondition(r, path, c, earlier)
	default:
		if c.Min != nil || c.Max != nil {
			r.Add(path, "condition", "min and max are for items; the values of an attribute are listed under in")
		}
		i := q.AttributeAt(c.Attribute)
		if i < 0 {
			r.Add(path+".attribute", "unknown", "there is no attribute %s", quoted(string(c.Attribute)))
			return
		}
		if len(c.In) == 0 {
			r.Add(path+".in", "required", "the condition needs the values of %s for which the question is asked", c.Attribute)
		}
		for j, v := range c.In {
			switch {
			case v == "" || !q.Attributes[i].Has(v):
				r.Add(at(path+".in", j), "unknown", "%s is not a value of %s", quoted(v), c.Attribute)
			case slices.Contains(c.In[:j], v):
				r.Add(at(path+".in", j), "duplicate", "%s stands twice", quoted(v))
			}
		}
	}
}

func (q *Questionnaire) checkItemCondition(r *rules, path string, c *Condition, earlier map[ItemKey]Item) {
	if len(c.In) > 0 {
		r.Add(path+".in", "condition", "values are for attributes; the ratings of an item are bounded by min and max")
	}
	item, ok := earlier[c.Item]
	if !ok {
		for _, i := range q.Items() {
			if i.Key == c.Item {
				r.Add(path+".item", "order", "%s is not asked before this", c.Item)
				return
			}
		}
		r.Add(path+".item", "unknown", "there is no item %s", quoted(string(c.Item)))
		return
	}
	if !item.Closed() {
		r.Add(path+".item", "kind", "%s is a comment; a condition needs an item with a scale", c.Item)
		return
	}
	if c.Min == nil && c.Max == nil {
		r.Add(path, "required", "the condition needs min, max or both")
		return
	}
	s, ok := q.Scale(item.Scale)
	if !ok {
		return // reported with the item
	}
	for _, b := range []struct {
		name  string
		value *int
	}{{"min", c.Min}, {"max", c.Max}} {
		if b.value != nil && (*b.value < s.Low || *b.value > s.High) {
			r.Add(path+"."+b.name, "range", "%d is outside the scale of %s, %d to %d", *b.value, c.Item, s.Low, s.High)
		}
	}
	if c.Min != nil && c.Max != nil && *c.Min > *c.Max {
		r.Add(path+".max", "range", "max %d is below min %d", *c.Max, *c.Min)
	}
}
