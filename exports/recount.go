package exports

import (
	"math"
	"strconv"

	"paxscore/reports"
	"paxscore/surveys"
)

// recount computes the report's figures a second time, from the rows as they are written and by METHOD sections 4 and 5
// alone: it shares no code with the engine, so that a mistake in either shows as a difference.
type recount struct {
	s        *surveys.Survey
	m        *surveys.Model
	r        *reports.Report
	t        *table
	rated    []surveys.Item
	low      []int
	score    [][]float64 // per rated item and code, 0..100, NaN for no score
	dims     []dimension
	overall  int // position of the overall item among the rated, -1 for none
	advise   int // of the recommend item
	segments []segmentation
	people   *population // nil where responses are not weighted to one

	verdicts [reports.Outside]int
	counts   [][256]int // per rated item and code, valid responses
	all      spread     // of the case weights
	part     []tally    // per slot
	key      []byte
	codes    []byte // what counts of the response under way
	dimScore []float64
}

// dimension is a dimension of the model by position of its items among the rated.
type dimension struct {
	items   []int
	weights []float64
}

// segmentation finds the segments of a response.
type segmentation struct {
	levels []func(*surveys.Response) string
	at     map[string]int // levels, joined by NUL -> position in Report.Segments
}

// Slots of recount.part: a mean rating and a mean score for each rated item, a mean for each dimension, then these, then
// three for each segment of the report.
const (
	slotIndex = iota
	slotComplete
	slotNPS
	fixedSlots
)

const (
	segmentIndex = iota
	segmentOverall
	segmentNPS
	segmentAll
	segmentSlots
)

func (c *recount) ratingSlot(item int) int { return item }
func (c *recount) scoreSlot(item int) int  { return len(c.rated) + item }
func (c *recount) dimensionSlot(d int) int { return 2*len(c.rated) + d }
func (c *recount) fixedSlot(k int) int     { return 2*len(c.rated) + len(c.dims) + k }
func (c *recount) segmentSlot(segment, k int) int {
	return c.fixedSlot(fixedSlots) + segment*segmentSlots + k
}
func (c *recount) slots() int { return c.segmentSlot(len(c.r.Segments), 0) }

func newRecount(s *surveys.Survey, m *surveys.Model, r *reports.Report, t *table) *recount {
	q := &s.Questionnaire
	c := &recount{s: s, m: m, r: r, t: t, rated: t.rated, low: t.low, overall: -1, advise: -1,
		counts: make([][256]int, len(t.rated)), people: newPopulation(s, r)}
	at := map[surveys.ItemKey]int{}
	for i, it := range c.rated {
		at[it.Key] = i
		switch it.Kind {
		case surveys.KindOverall:
			c.overall = i
		case surveys.KindRecommend:
			c.advise = i
		}
		sc, _ := q.Scale(it.Scale)
		scores := make([]float64, 256)
		for code := range scores {
			scores[code] = math.NaN()
			if code <= int(surveys.MaxCode) {
				if x, ok := sc.Score(sc.Low+code, it.Reverse); ok {
					scores[code] = x
				}
			}
		}
		c.score = append(c.score, scores)
	}
	for _, d := range m.Dimensions {
		var x dimension
		for _, i := range d.Items {
			if p, ok := at[i.Item]; ok {
				x.items = append(x.items, p)
				x.weights = append(x.weights, i.ItemWeight)
			}
		}
		c.dims = append(c.dims, x)
	}
	c.dimScore, c.codes = make([]float64, len(c.dims)), make([]byte, len(c.rated))
	c.part = make([]tally, c.slots())
	c.segmentations()
	return c
}

// Methods of Report.Weighting.
const (
	weightingNone       = "none"
	weightingPost       = "post_stratified"
	weightingRaked      = "raked"
	weightingCalibrated = "calibrated"
)

func (c *recount) segmentations() {
	found := map[string]int{}
	for i, g := range c.r.Segments {
		name := joined(g.Attributes)
		k, ok := found[name]
		if !ok {
			k = len(c.segments)
			found[name] = k
			sg := segmentation{at: map[string]int{}}
			for _, a := range g.Attributes {
				sg.levels = append(sg.levels, levelOf(c.s, a))
			}
			c.segments = append(c.segments, sg)
		}
		levels := make([]string, len(g.Attributes))
		for j, a := range g.Attributes {
			levels[j] = g.By[a]
		}
		c.segments[k].at[joined(levels)] = i
	}
}

// levelOf returns how the level of a response is found: an attribute of the questionnaire, or one that every response has.
func levelOf(s *surveys.Survey, attribute string) func(*surveys.Response) string {
	if at := s.Questionnaire.AttributeAt(surveys.AttributeKey(attribute)); at >= 0 {
		return func(r *surveys.Response) string { return r.Attributes[at] }
	}
	switch attribute {
	case "mode":
		return func(r *surveys.Response) string { return string(r.Mode) }
	case "language":
		return func(r *surveys.Response) string { return r.Language }
	case "wave":
		return func(r *surveys.Response) string { return string(r.Wave) }
	case "version":
		return func(r *surveys.Response) string { return strconv.Itoa(r.Version) }
	}
	return func(*surveys.Response) string { return "\xff" } // no level of any segment, so the recount fails and says where
}

func joined(parts []string) string {
	var b []byte
	for _, p := range parts {
		b = append(append(b, p...), 0)
	}
	return string(b)
}

// weigh takes a response, selected or not, whose case weight may rest on others and theirs on it.
func (c *recount) weigh(r *surveys.Response, caseWeight float64) {
	if c.people != nil && !math.IsNaN(caseWeight) {
		c.people.add(r, caseWeight)
	}
}

// add counts a response that has the given case weight.
func (c *recount) add(r *surveys.Response, v reports.Verdict, caseWeight float64) {
	c.verdicts[v]++
	if v != reports.Valid {
		return
	}
	w := caseWeight
	c.all.add(w)
	for i := range r.Ratings {
		code := c.t.code(i, r.Ratings[i])
		c.codes[i] = code
		c.counts[i][code]++
		if code <= surveys.MaxCode {
			c.part[c.ratingSlot(i)].add(w, float64(c.low[i]+int(code)))
			if x := c.score[i][code]; !math.IsNaN(x) {
				c.part[c.scoreSlot(i)].add(w, x)
			}
		}
	}
	index, complete := c.index()
	for d, x := range c.dimScore {
		if !math.IsNaN(x) {
			c.part[c.dimensionSlot(d)].add(w, x)
		}
	}
	indexed := !math.IsNaN(index)
	if indexed {
		c.part[c.fixedSlot(slotIndex)].add(w, index)
		if complete {
			c.part[c.fixedSlot(slotComplete)].add(w, index)
		}
	}
	advice, advised := c.advice()
	if advised {
		c.part[c.fixedSlot(slotNPS)].add(w, advice)
	}
	for _, sg := range c.segments {
		s, ok := c.segmentOf(sg, r)
		if !ok {
			continue
		}
		c.part[c.segmentSlot(s, segmentAll)].add(w, 1)
		if indexed {
			c.part[c.segmentSlot(s, segmentIndex)].add(w, index)
		}
		if c.overall >= 0 && c.codes[c.overall] <= surveys.MaxCode {
			c.part[c.segmentSlot(s, segmentOverall)].add(w, float64(c.low[c.overall]+int(c.codes[c.overall])))
		}
		if advised {
			c.part[c.segmentSlot(s, segmentNPS)].add(w, advice)
		}
	}
}

func (c *recount) segmentOf(sg segmentation, r *surveys.Response) (segment int, ok bool) {
	c.key = c.key[:0]
	for _, level := range sg.levels {
		c.key = append(append(c.key, level(r)...), 0)
	}
	segment, ok = sg.at[string(c.key)]
	return segment, ok
}

// index returns the composite of the response in c.codes, NaN if it is not valid, and leaves its dimension scores in c.dimScore,
// NaN where not valid (METHOD section 4). complete tells that every dimension is valid.
func (c *recount) index() (index float64, complete bool) {
	const hair = 1e-12 // below which a share counts as reached
	p := c.m.Missing
	var valid int
	var answeredShare, applicableShare, total float64
	for d, dim := range c.dims {
		var answered, applicable, x float64
		for k, i := range dim.items {
			code := c.codes[i]
			if code == surveys.NotApplicable || code == surveys.NotRouted {
				continue
			}
			applicable += dim.weights[k]
			if s := c.score[i][code]; !math.IsNaN(s) {
				answered += dim.weights[k]
				x += dim.weights[k] * s
			}
		}
		c.dimScore[d] = math.NaN()
		if applicable == 0 {
			continue
		}
		omega := c.m.Dimensions[d].DimensionWeight
		applicableShare += omega
		if answered > 0 && answered/applicable >= p.MinItemShare-hair {
			c.dimScore[d] = x / answered
			valid++
			answeredShare += omega
			total += omega * c.dimScore[d]
		}
	}
	if valid == 0 || answeredShare == 0 || valid < min(p.MinDimensions, len(c.dims)) || answeredShare/applicableShare < p.MinDimensionShare-hair {
		return math.NaN(), false
	}
	return total / answeredShare, valid == len(c.dims)
}

// advice of the response in c.codes is 100 for a promoter (9, 10), 0 for a passive (7, 8), -100 for a detractor.
func (c *recount) advice() (x float64, ok bool) {
	if c.advise < 0 || c.codes[c.advise] > surveys.MaxCode {
		return 0, false
	}
	switch v := c.low[c.advise] + int(c.codes[c.advise]); {
	case v >= 9:
		return 100, true
	case v >= 7:
		return 0, true
	}
	return -100, true
}
