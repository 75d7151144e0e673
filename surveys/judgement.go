package surveys

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of judgements.
const (
	MaxExperts    = 100
	MaxJudgement  = 9 // of Saaty's scale; the least is 1/9
	maxVoice      = 1000
	maxPoints     = 1e6
	maxExpertName = 100
)

// Judgements are what people, not responses, say of the importance of a model's dimensions: pairwise comparisons by experts (analytic
// hierarchy process), points given directly, or both.
type Judgements struct {
	// RandomIndex is the year of Saaty's table of random indices: 2005 or 1980.
	RandomIndex int
	Experts     []Expert
	Points      []DimensionPoints // one for each dimension, or none
}

// Expert compares every pair of dimensions once.
type Expert struct {
	Name        string
	Voice       float64 // part in the judgement of the group, in proportion to that of the others
	Comparisons []Comparison
}

// Comparison says that one dimension is so many times as important as another: 1/9 to 9.
type Comparison struct {
	Of, Over DimensionKey
	Times    float64
}

// Key is how a comparison is written: attitude/efficiency.
func (c Comparison) Key() string { return string(c.Of) + "/" + string(c.Over) }

// DimensionPoints are the points that a dimension gets directly; only their proportions count.
type DimensionPoints struct {
	Dimension DimensionKey
	Points    float64
}

// Upper are an expert's judgements of the dimensions of a model above the diagonal, row by row: how many times as important each is as
// each later one. A pair that is not compared has 0.
func (e *Expert) Upper(m *Model) (out []float64) {
	for i, a := range m.Dimensions {
		for _, b := range m.Dimensions[i+1:] {
			times := 0.0
			for _, c := range e.Comparisons {
				switch {
				case c.Of == a.Key && c.Over == b.Key:
					times = c.Times
				case c.Of == b.Key && c.Over == a.Key:
					times = 1 / c.Times
				}
			}
			out = append(out, times)
		}
	}
	return out
}

// Validate reports every rule that judgements of a model's dimensions break, as *InvalidError.
func (j *Judgements) Validate(m *Model) error {
	bad := &InvalidError{Input: "judgements"}
	if len(j.Experts) == 0 && len(j.Points) == 0 {
		bad.Add("experts", "required", "there are neither experts nor points")
	}
	if len(j.Experts) > MaxExperts {
		bad.Add("experts", "length", "%d experts are too many; at most %d are joined", len(j.Experts), MaxExperts)
	}
	most := map[int]int{2005: 15, 1980: 10}[j.RandomIndex]
	switch n := len(m.Dimensions); {
	case most == 0:
		bad.Add("random_index", "unknown", "there is no table of %d; there are those of 2005 and 1980", j.RandomIndex)
	case n > most && len(j.Experts) > 0:
		bad.Add("random_index", "range", "the table of %d ends at %d dimensions; model %s has %d", j.RandomIndex, most, m.Key, n)
	}
	seen := map[string]bool{}
	for i := range j.Experts {
		e, path := &j.Experts[i], at("experts", i)
		switch name := strings.TrimSpace(e.Name); {
		case name == "":
			bad.Add(path+".name", "required", "an expert needs a name")
		case !line(e.Name, maxExpertName):
			bad.Add(path+".name", "length", "a name has 1 to %d characters of plain text", maxExpertName)
		case seen[name]:
			bad.Add(path+".name", "duplicate", "%s has judged already", quoted(name))
		default:
			seen[name] = true
		}
		if !(e.Voice > 0 && e.Voice <= maxVoice) {
			bad.Add(path+".voice", "range", "a voice lies above 0 and up to %d, not at %v", maxVoice, e.Voice)
		}
		e.check(bad, path+".judgements", m)
	}
	j.checkPoints(bad, m)
	return bad.OrNil()
}

func (e *Expert) check(bad *InvalidError, path string, m *Model) {
	met := map[[2]int]string{}
	for _, c := range e.Comparisons {
		place := path + "[" + strconv.Quote(c.Key()) + "]"
		a, b := m.dimensionAt(c.Of), m.dimensionAt(c.Over)
		pair := [2]int{min(a, b), max(a, b)}
		switch {
		case a < 0:
			bad.Add(place, "unknown", "model %s has no dimension %s; it has %s", m.Key, quoted(string(c.Of)), m.dimensionKeys())
		case b < 0:
			bad.Add(place, "unknown", "model %s has no dimension %s; it has %s", m.Key, quoted(string(c.Over)), m.dimensionKeys())
		case a == b:
			bad.Add(place, "pair", "%s is compared with itself", c.Of)
		case met[pair] != "":
			bad.Add(place, "duplicate", "the pair is compared already, as %s", met[pair])
		case !(c.Times >= 1./MaxJudgement-1e-9 && c.Times <= MaxJudgement):
			bad.Add(place, "range", "a judgement lies from 1/%d to %d, not at %v", MaxJudgement, MaxJudgement, c.Times)
		}
		if a >= 0 && b >= 0 && a != b && met[pair] == "" {
			met[pair] = c.Key()
		}
	}
	var missing []string
	for i, a := range m.Dimensions {
		for k := i + 1; k < len(m.Dimensions); k++ {
			if met[[2]int{i, k}] == "" {
				missing = append(missing, string(a.Key)+"/"+string(m.Dimensions[k].Key))
			}
		}
	}
	if len(missing) > 0 {
		bad.Add(path, "required", "every pair is compared once; there is no judgement of %s", strings.Join(missing, ", "))
	}
}

func (j *Judgements) checkPoints(bad *InvalidError, m *Model) {
	if len(j.Points) == 0 {
		return
	}
	given, sum := map[DimensionKey]bool{}, 0.0
	for _, p := range j.Points {
		place := "points." + string(p.Dimension)
		if !validKey(string(p.Dimension)) {
			place = "points[" + strconv.Quote(string(p.Dimension)) + "]"
		}
		switch {
		case m.dimensionAt(p.Dimension) < 0:
			bad.Add(place, "unknown", "model %s has no dimension %s; it has %s", m.Key, quoted(string(p.Dimension)), m.dimensionKeys())
		case given[p.Dimension]:
			bad.Add(place, "duplicate", "the dimension has its points already")
		case !within(p.Points, 0, maxPoints):
			bad.Add(place, "range", "points lie from 0 to %g, not at %v", float64(maxPoints), p.Points)
		}
		given[p.Dimension] = true
		sum += p.Points
	}
	var missing []string
	for _, d := range m.Dimensions {
		if !given[d.Key] {
			missing = append(missing, string(d.Key))
		}
	}
	if len(missing) > 0 {
		bad.Add("points", "required", "every dimension is given points, if 0; there are none of %s", strings.Join(missing, ", "))
	}
	if sum == 0 {
		bad.Add("points", "sum", "all points are 0")
	}
}

func (m *Model) dimensionAt(key DimensionKey) int {
	return slices.IndexFunc(m.Dimensions, func(d Dimension) bool { return d.Key == key })
}

func (m *Model) dimensionKeys() string {
	keys := make([]string, len(m.Dimensions))
	for i, d := range m.Dimensions {
		keys[i] = string(d.Key)
	}
	return strings.Join(keys, ", ")
}
