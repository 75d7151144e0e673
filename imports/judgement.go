package imports

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

// judgementsFile is a judgements file as written.
//
//	random_index: 2005             # or 1980: Saaty's table of random indices
//	experts:
//	  - name: Head of cabin service
//	    voice: 2                   # 1 unless given
//	    judgements:                # every pair of dimensions once, from 1/9 to 9
//	      attitude/efficiency: 1/2
//	      attitude/content: 5
//	points: {attitude: 30, efficiency: 30, content: 10, safety: 20, brand: 10}
type judgementsFile struct {
	RandomIndex *int         `yaml:"random_index"`
	Experts     []expertFile `yaml:"experts"`
	Points      points       `yaml:"points"`
}

type expertFile struct {
	Name       string      `yaml:"name,required"`
	Voice      *float64    `yaml:"voice"`
	Judgements comparisons `yaml:"judgements,required"`
}

// comparisons are a map of pairs, written a/b, to judgements.
type comparisons []surveys.Comparison

func (cs *comparisons) ReadYAML(v strictyaml.Value) {
	if !v.IsMap() {
		v.Refuse("type", "must be a map of pairs to judgements, as attitude/efficiency: 3")
		return
	}
	for key, value := range v.Entries() {
		of, over, ok := strings.Cut(key.Text(), "/")
		if !ok || of == "" || over == "" || strings.Contains(over, "/") {
			key.Refuse("pair", "must name two dimensions, as attitude/efficiency")
			continue
		}
		times, ok := fraction(value.Text())
		if !value.IsWord() || !ok {
			value.Refuse("type", "must be a number or a fraction, as 3 or 1/3")
			continue
		}
		*cs = append(*cs, surveys.Comparison{Of: surveys.DimensionKey(of), Over: surveys.DimensionKey(over), Times: times})
	}
}

// fraction reads 3, 0.5 or 1/3.
func fraction(text string) (float64, bool) {
	above, below, divided := strings.Cut(text, "/")
	x, ok := decimal(strings.TrimSpace(above))
	if !ok || !divided {
		return x, ok
	}
	y, ok := decimal(strings.TrimSpace(below))
	if !ok || y == 0 {
		return 0, false
	}
	return x / y, true
}

// decimal reads a number of digits and a point, without an exponent.
func decimal(text string) (float64, bool) {
	if text == "" || len(text) > 20 || strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil
}

// points are a map of dimensions to points.
type points []surveys.DimensionPoints

func (ps *points) ReadYAML(v strictyaml.Value) {
	if !v.IsMap() {
		v.Refuse("type", "must be a map of dimensions to points, as {attitude: 30, efficiency: 70}")
		return
	}
	for key, value := range v.Entries() {
		p := surveys.DimensionPoints{Dimension: surveys.DimensionKey(key.Text()), Points: -1}
		value.Decode(&p.Points)
		*ps = append(*ps, p)
	}
}

// ReadJudgements reads a judgements file: what experts say of the importance of the dimensions of a model, as YAML (or JSON) that a
// person writes. name is for messages. Errors: *surveys.InvalidError with every mistake by line and column.
func ReadJudgements(name string, src []byte, m *surveys.Model) (*surveys.Judgements, error) {
	invalid := func(problems []surveys.FieldError) error {
		return &surveys.InvalidError{Input: "judgements file " + name, Fields: strictyaml.Sorted(problems)}
	}
	doc, problems := strictyaml.Parse(src)
	if doc == nil {
		return nil, invalid(problems)
	}
	var f judgementsFile
	problems = append(problems, doc.Decode(&f)...)
	j := &surveys.Judgements{RandomIndex: 2005, Points: f.Points}
	if f.RandomIndex != nil {
		j.RandomIndex = *f.RandomIndex
	}
	for _, e := range f.Experts {
		x := surveys.Expert{Name: e.Name, Voice: 1, Comparisons: e.Judgements}
		if e.Voice != nil {
			x.Voice = *e.Voice
		}
		j.Experts = append(j.Experts, x)
	}
	found := slices.Clone(problems)
	var broken *surveys.InvalidError
	if errors.As(j.Validate(m), &broken) {
		for _, p := range broken.Fields {
			// What a part that could not be read lacks only follows from that.
			if !slices.ContainsFunc(found, func(q surveys.FieldError) bool { return related(p.Field, q.Field) }) {
				p.Line, p.Column = doc.Place(p.Field)
				problems = append(problems, p)
			}
		}
	}
	if len(problems) > 0 {
		return nil, invalid(problems)
	}
	return j, nil
}

// related reports whether one path is part of the other.
func related(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	rest, ok := strings.CutPrefix(b, a)
	return ok && (a == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}
