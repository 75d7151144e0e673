package imports

// attributeCell reads an attribute and remembers what texts mean. The last text at each place that its end and length give
// is found without hashing.
type attributeCell struct {
	*attributeRule
	known map[string]*meaning
	last  [256]*meaning
}

// meaning is the level that a text stands for, or why it stands for none.
type meaning struct {
	text          string
	value, reason string
}

// meaning returns what a text means.
func (a *attributeCell) meaning(text []byte) *meaning {
	h := len(text)
	for _, b := range text[max(0, len(text)-4):] {
		h = 31*h + int(b)
	}
	m := a.last[h&255]
	if m != nil && m.text == string(text) {
		return m
	}
	m, ok := a.known[string(text)]
	if !ok {
		m = new(meaning)
		*m = a.read(string(text))
		if len(a.known) < maxKnown {
			a.known[m.text] = m
		}
	}
	a.last[h&255] = m
	return m
}

// read returns what a text means.
func (a *attributeRule) read(text string) meaning {
	known := func(value string) meaning { return meaning{text: text, value: value} }
	unknown := func(reason string) meaning { return meaning{text: text, reason: reason} }
	number, whole := wholeNumber(text)
	if a.unknown[text] || whole && a.unknown[number] {
		return known("")
	}
	if a.values != nil {
		v, ok := a.values[text]
		if !ok && whole {
			v, ok = a.values[number]
		}
		if !ok && text != "" {
			return unknown("a code that the mapping does not know: counted as unknown")
		}
		return known(v)
	}
	if text == "" {
		return known("")
	}
	if len(a.bands) > 0 {
		x, err := parseDecimal(text)
		if err != nil {
			return unknown("not a number: counted as unknown")
		}
		for _, b := range a.bands {
			if x >= b.from && x < b.below {
				return known(b.level)
			}
		}
		return unknown("in no band: counted as unknown")
	}
	switch {
	case a.attribute.Has(text):
		return known(text)
	case len(a.attribute.Values) == 0:
		return unknown("more than 100 characters, or control characters: counted as unknown")
	}
	return unknown("no level of the attribute: counted as unknown")
}
