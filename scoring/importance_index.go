package scoring

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// SuggestedIndex is the mean index by suggested weights, before they are rounded, with its jackknife standard errors V = (G−1)/G·Σ_g (I_(g) − I)²
// (METHOD section 6): of the weights as they are, and of those that would be suggested without each group. Judgements that
// weights are combined with are taken as known.
type SuggestedIndex struct {
	N                        int // responses with an index
	Estimate, SEFixed, SENew float64
}

// availability is which dimensions have no score, by their bits.
type availability struct{ inapplicable, insufficient uint64 }

// groupSums are those of the responses of a jackknife group.
type groupSums struct {
	n  int
	w  stats.Sum
	wx []stats.Sum // by dimension
}

// availableSums are sums by availability and jackknife group.
type availableSums map[availability]*[columns.Replicates]groupSums

func (a availableSums) of(key availability, dimensions int) *[columns.Replicates]groupSums {
	out := a[key]
	if out == nil {
		out = new([columns.Replicates]groupSums)
		for g := range out {
			out[g].wx = make([]stats.Sum, dimensions)
		}
		a[key] = out
	}
	return out
}

// SuggestedIndex is the mean over a domain. It is NaN of more than 64 dimensions, and where no response has an index.
func (s *Sample) SuggestedIndex(of Suggestion, domain []uint32) SuggestedIndex {
	s.fill()
	nan := math.NaN()
	out := SuggestedIndex{Estimate: nan, SEFixed: nan, SENew: nan}
	dimensions := len(s.model.Dimensions)
	if dimensions > 64 {
		return out
	}
	sums := availableSums{}
	for _, part := range inChunks(domain, leastChunk, s.availableSums) {
		for _, key := range availabilities(part) {
			into := sums.of(key, dimensions)
			for g := range into {
				from := &part[key][g]
				into[g].n += from.n
				into[g].w.Merge(from.w)
				for d := range from.wx {
					into[g].wx[d].Merge(from.wx[d])
				}
			}
		}
	}
	keys := availabilities(sums)
	if out.N, out.Estimate = s.meanBy(of.Bounded, sums, keys, None); out.N == 0 || of.left == nil {
		return out
	}
	fixed, anew := stats.Replicates{Estimate: []float64{out.Estimate}}, stats.Replicates{Estimate: []float64{out.Estimate}}
	for g, left := range of.left {
		for _, x := range []struct {
			of     *stats.Replicates
			shares []float64
		}{{&fixed, of.Bounded}, {&anew, left}} {
			n, mean := s.meanBy(x.shares, sums, keys, g)
			if n == 0 {
				return out
			}
			x.of.Left = append(x.of.Left, []float64{mean})
		}
	}
	out.SEFixed, out.SENew = jackknifeErrors(fixed)[0], jackknifeErrors(anew)[0]
	return out
}

// availabilities are the keys of sums, in one order.
func availabilities(a availableSums) []availability {
	return slices.SortedFunc(maps.Keys(a), func(x, y availability) int {
		return cmp.Or(cmp.Compare(x.inapplicable, y.inapplicable), cmp.Compare(x.insufficient, y.insufficient))
	})
}

func (s *Sample) availableSums(domain []uint32) availableSums {
	out := availableSums{}
	dimensions := s.scores.dimensions
	r, codes := newReading(len(domain)), make([][]uint32, len(dimensions))
	for d := range codes {
		codes[d] = make([]uint32, len(r.x))
	}
	eachBlock(domain, func(positions []uint32) {
		rows := r.rowsAt(s.rows, positions)
		for d, c := range dimensions {
			c.codes.Of(rows, codes[d][:len(rows)])
		}
		for i, row := range rows {
			var key availability
			for d, c := range dimensions {
				switch c.met[codes[d][i]].status {
				case ScoreNotApplicable:
					key.inapplicable |= 1 << d
				case ScoreInsufficient:
					key.insufficient |= 1 << d
				}
			}
			w, into := s.weightOf(int(positions[i])), &out.of(key, len(dimensions))[s.table.Replicate(row)]
			into.n++
			into.w.Add(w)
			for d, c := range dimensions {
				if m := &c.met[codes[d][i]]; m.status == ScoreOK {
					into.wx[d].Add(w * m.score)
				}
			}
		}
	})
	return out
}

// meanBy is the mean index by weights of the dimensions without a group, None for all.
func (s *Sample) meanBy(shares []float64, of availableSums, keys []availability, without int) (n int, mean float64) {
	var w, wx stats.Sum
	for _, key := range keys {
		var o overallSums
		for d, omega := range shares {
			status := ScoreOK
			switch {
			case key.inapplicable>>d&1 != 0:
				status = ScoreNotApplicable
			case key.insufficient>>d&1 != 0:
				status = ScoreInsufficient
			}
			o.add(omega, 0, status)
		}
		if _, status := o.score(s.model.Policy, len(shares)); status != ScoreOK {
			continue
		}
		for g := range of[key] {
			if x := &of[key][g]; g != without {
				n += x.n
				w.Merge(x.w)
				for d, omega := range shares {
					wx.Merge(x.wx[d].Scaled(omega / o.valid))
				}
			}
		}
	}
	return n, wx.Value() / w.Value()
}
