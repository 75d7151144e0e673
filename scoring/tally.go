package scoring

import (
	"math"
	"runtime"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
	"paxscore/scoring/stats"
)

// Tally counts how an item was answered in a domain: the weighted histogram from which everything about the item follows
// (METHOD section 3, S1).
type Tally struct {
	// NotApplicable, Skipped and NotRouted count the responses without an answer.
	NotApplicable, Skipped, NotRouted int

	model *Model
	frame *frame
	item  int
	all   []answers // per rating
	// singles are per stratum and rating the answers of responses that are sampling units of their own; nil where there are none.
	singles [][]answers
	// units gives Σw and Σw·x[code] over the answers of each sampling unit that has sums of its own; nil where there are none.
	units func(x *[256]float64) (sw, sx []float64)
	joint func(values []float64) jointSums // with residual errors, else nil
	held  []uint32                         // what units reads, where it can be given back
}

// Release gives back the memory of a tally of which nobody asks for a mean any more.
func (t *Tally) Release() {
	tallyMemory.Give(t.held)
	t.held, t.units = nil, nil
}

// tallyMemory is that of counts by sampling unit.
var tallyMemory lanes.Scratch[uint32]

// answers are n, Σw and Σw² of one rating.
type answers struct {
	n     int
	w, w2 stats.Sum
}

// Tally counts the codes of an item.
func (s *Sample) Tally(item int, domain []uint32) *Tally {
	s.fill()
	t := &Tally{model: s.model, frame: &s.frame, item: item}
	if s.units != nil {
		t.units = func(x *[256]float64) (sw, sx []float64) { return s.unitSums(item, domain, x) }
	}
	if s.residual != nil {
		t.joint = func(values []float64) jointSums { return s.residual.sums(s.recoded(item, values), domain) }
	}
	scale := len(s.model.Items[item].Scores)
	column := s.table.Item(item)
	var n [256]int
	// Where every response counts once, counts by unit and answer give everything.
	if slots := scale + 1; s.Even() && s.units != nil && s.n*slots <= len(domain) {
		units, rest := s.unitCounts(column, scale, domain)
		n = rest
		for u := range s.n {
			for code, c := range units[u*slots : u*slots+scale] {
				n[code] += int(c)
			}
		}
		t.units = func(x *[256]float64) (sw, sx []float64) { return unitTotals(units, scale, slots, x) }
	} else {
		n = s.codeCounts(column, domain)
	}
	t.NotApplicable, t.NotRouted = n[columns.NotApplicable], n[columns.NotRouted]
	for code := scale; code < len(n); code++ {
		t.Skipped += n[code]
	}
	t.Skipped -= t.NotApplicable + t.NotRouted
	t.all = make([]answers, scale)
	if s.Even() && (s.strata == 1 || s.units != nil) {
		for code := range t.all {
			t.all[code].count(n[code], 1)
		}
		if s.units == nil {
			t.singles = [][]answers{t.all}
		}
		return t
	}
	strata := make([][]answers, s.strata)
	for h := range strata {
		strata[h] = make([]answers, scale)
	}
	r := newReading(len(domain))
	eachBlock(domain, func(positions []uint32) {
		of, weights := s.stratum.read(r, positions), s.readWeights(r, positions)
		for i, row := range r.rowsAt(s.rows, positions) {
			code, h, w := int(column[row]), uint32(0), 1.0
			if code >= scale {
				continue
			}
			if of != nil {
				h = of[i]
			}
			if weights != nil {
				w = weights[i]
			}
			strata[h][code].count(1, w)
		}
	})
	for _, codes := range strata {
		for code := range codes {
			t.all[code].n += codes[code].n
			t.all[code].w.Merge(codes[code].w)
			t.all[code].w2.Merge(codes[code].w2)
		}
	}
	if s.units == nil {
		t.singles = strata
	}
	return t
}

// codeCounts are the responses with each code.
func (s *Sample) codeCounts(column []byte, domain []uint32) (n [256]int) {
	for _, part := range inChunks(domain, leastChunk, func(part []uint32) (n [256]int) {
		for _, i := range part {
			n[column[s.Row(i)]]++
		}
		return n
	}) {
		for code, c := range part {
			n[code] += c
		}
	}
	return n
}

// unitCounts are the responses of each sampling unit by answer, with one place more for all other codes, and these codes by themselves.
func (s *Sample) unitCounts(column []byte, scale int, domain []uint32) (units []uint32, rest [256]int) {
	slots := uint32(scale) + 1
	var slot [256]uint32
	for code := range slot {
		slot[code] = uint32(min(code, scale))
	}
	type counts struct {
		units []uint32
		codes [256]int
	}
	units = make([]uint32, s.n*int(slots))
	cores := runtime.GOMAXPROCS(0) // counts are the same however they are divided
	for _, part := range inChunks(domain, max(leastChunk, (len(domain)+cores-1)/cores), func(part []uint32) counts {
		out, r := counts{units: make([]uint32, len(units))}, newReading(len(part))
		eachBlock(part, func(positions []uint32) {
			of := s.units.read(r, positions)
			for i, row := range r.rowsAt(s.rows, positions) {
				code := column[row]
				out.units[of[i]*slots+slot[code]]++
				if int(code) >= scale {
					out.codes[code]++
				}
			}
		})
		return out
	}) {
		plus(units, part.units)
		for code, n := range part.codes {
			rest[code] += n
		}
	}
	return units, rest
}

// unitSums are sums over the answers of each sampling unit.
func (s *Sample) unitSums(item int, domain []uint32, x *[256]float64) (sw, sx []float64) {
	column, scale := s.table.Item(item), len(s.model.Items[item].Scores)
	type unitSums struct{ w, x []float64 }
	parts := inChunks(domain, max(leastChunk, 8*s.n), func(part []uint32) unitSums {
		out := unitSums{make([]float64, s.n), make([]float64, s.n)}
		r := newReading(len(part))
		eachBlock(part, func(positions []uint32) {
			units, weights := s.units.read(r, positions), s.readWeights(r, positions)
			for i, row := range r.rowsAt(s.rows, positions) {
				u, code, v := units[i], column[row], 1.0
				if int(code) >= scale {
					continue
				}
				if weights != nil {
					v = weights[i]
				}
				out.w[u] += v
				out.x[u] += v * x[code]
			}
		})
		return out
	})
	for _, part := range parts[1:] {
		for u, v := range part.w {
			parts[0].w[u] += v
			parts[0].x[u] += part.x[u]
		}
	}
	return parts[0].w, parts[0].x
}

// count takes n answers of one weight.
func (a *answers) count(n int, weight float64) {
	w := weight * float64(n)
	a.n += n
	a.w.Add(w)
	a.w2.Add(weight * w)
}

// Base counts the answers.
func (t *Tally) Base() Base {
	var b Base
	var w, w2 stats.Sum
	for code := range t.all {
		b.N += t.all[code].n
		w.Merge(t.all[code].w)
		w2.Merge(t.all[code].w2)
	}
	b.W, b.W2 = w.Value(), w2.Value()
	return b
}

// N counts the answers with each rating, from the low end of the scale.
func (t *Tally) N() []int {
	out := make([]int, len(t.all))
	for code := range out {
		out[code] = t.all[code].n
	}
	return out
}

// Shares are the weighted shares of each rating among the answers; NaN without answers.
func (t *Tally) Shares() []float64 {
	total := t.Base().W
	out := make([]float64, len(t.all))
	for code := range out {
		out[code] = t.all[code].w.Value() / total
	}
	return out
}

// Mean estimates the mean of value(rating) over the answers, values from the low end of the scale; see Sample.Mean.
func (t *Tally) Mean(values []float64) Mean {
	q := t.sums(values)
	defer q.release()
	return q.mean(t.frame)
}

// Ratings is the mean rating in the units of the scale.
func (t *Tally) Ratings() Mean {
	values := make([]float64, len(t.all))
	for code := range values {
		values[code] = float64(t.model.Items[t.item].Low + code)
	}
	return t.Mean(values)
}

// Scores is the mean 0..100 score. linear tells that it follows from the mean rating, which ratings is.
func (t *Tally) Scores(ratings Mean) Mean {
	it := &t.model.Items[t.item]
	if a, b, ok := it.line(); ok {
		return ratings.Transformed(a, b)
	}
	return t.Mean(it.Scores)
}

func (t *Tally) sums(values []float64) sums {
	shift := middle(values)
	group := func(codes []answers) stats.MeanSums {
		m := stats.MeanSums{Shift: shift}
		for code, x := range values {
			if a := &codes[code]; a.n > 0 {
				m.AddGroup(x, a.n, a.w.Value(), a.w2.Value())
			}
		}
		return m
	}
	out := sums{all: group(t.all)}
	for _, codes := range t.singles {
		out.strata = append(out.strata, group(codes))
	}
	if t.units != nil {
		var x [256]float64
		for code, v := range values {
			x[code] = v - shift
		}
		out.w, out.wx = t.units(&x)
	}
	if t.joint != nil {
		out.joint = t.joint(values)
	}
	return out
}

// middle is half-way between the ends of values: a shift that keeps the digits of squares.
func middle(values []float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range values {
		low, high = math.Min(low, x), math.Max(high, x)
	}
	return (low + high) / 2
}
