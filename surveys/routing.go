package surveys

// Routed says for every item whether it is asked, given the answers to the items before it and the attributes. A
// condition on an item holds only if that item was itself asked and its rating lies within the bounds.
func Routed(q *Questionnaire, answers map[ItemKey]Answer, attributes map[AttributeKey]string) map[ItemKey]bool {
	asked := map[ItemKey]bool{}
	holds := func(c *Condition) bool {
		if c == nil {
			return true
		}
		if c.Item == "" {
			for _, v := range c.In {
				if v == attributes[c.Attribute] {
					return v != ""
				}
			}
			return false
		}
		rating := answers[c.Item].Rating
		return asked[c.Item] && rating != nil && (c.Min == nil || *rating >= *c.Min) && (c.Max == nil || *rating <= *c.Max)
	}
	for i := range q.Sections {
		s := &q.Sections[i]
		section := holds(s.ShowIf)
		for j := range s.Items {
			item := &s.Items[j]
			asked[item.Key] = section && holds(item.ShowIf)
		}
	}
	return asked
}

// routes reports whether any question depends on an answer or attribute.
func (q *Questionnaire) routes() bool {
	for i := range q.Sections {
		if q.Sections[i].ShowIf != nil {
			return true
		}
		for j := range q.Sections[i].Items {
			if q.Sections[i].Items[j].ShowIf != nil {
				return true
			}
		}
	}
	return false
}
