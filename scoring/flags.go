package scoring

import (
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// Limits of the flags of response quality (METHOD section 8).
const (
	straightAnswers = 8    // answers below which a straight line says nothing
	longRun         = 10   // equal answers in a row
	outlyingP       = .001 // of Mahalanobis' distance
	consistentR     = .3   // even-odd consistency below which a response is flagged (Johnson 2005)
	rowsPerItem     = 3    // complete responses per item that a covariance needs
)

// FlagKind is a mark on a response that is to be looked at.
type FlagKind uint8

const (
	StraightLine FlagKind = iota // 8 or more answers, all alike
	LongRun                      // 10 or more equal answers in a row
	Speeding                     // under a third of the median time
	Hasty                        // under 2 s per answered item
	Outlying                     // Mahalanobis' distance of the answers, p < .001
	Inconsistent                 // even-odd consistency below .3
	Repeated                     // 8 or more answers, the same as an earlier response of the same channel
	flagKinds
)

// FlagKinds are all kinds.
func FlagKinds() []FlagKind {
	out := make([]FlagKind, flagKinds)
	for k := range out {
		out[k] = FlagKind(k)
	}
	return out
}

// RowFlags are the flags of one row: which are raised, and which could be judged, as bits 1<<FlagKind.
type RowFlags struct{ Raised, Judged uint8 }

// Has reports whether a flag is raised.
func (f RowFlags) Has(k FlagKind) bool { return f.Raised&(1<<k) != 0 }

// CanHave reports whether a flag could be judged.
func (f RowFlags) CanHave(k FlagKind) bool { return f.Judged&(1<<k) != 0 }

func (f *RowFlags) set(k FlagKind, raised bool) {
	f.Judged |= 1 << k
	if raised {
		f.Raised |= 1 << k
	}
}

// Flags judges the given rows together: means and covariances of the answers are those of the rows that answer every rating item,
// and a repeated answer is one of an earlier row given. m gives the dimensions for the even-odd consistency, channel is the
// attribute within which equal answers count as repeated, median is MedianMilliseconds.
func (s *Screen) Flags(m *Model, rows []uint32, channel int, median float64) []RowFlags {
	out := make([]RowFlags, len(rows))
	ratings := make([]float64, len(s.rating))
	near := s.distances(m, rows)
	scales, scores := s.scales(m), make([]float64, len(s.rating))
	seen := newVectors(s, m, channel, len(rows))
	for i, row := range rows {
		f := &out[i]
		answered, alike := s.ratings(row, ratings)
		f.set(StraightLine, answered >= straightAnswers && alike)
		longest, _ := stats.Runs(ratings)
		f.set(LongRun, longest >= longRun)
		if ms := s.table.Milliseconds(row); ms > 0 {
			f.set(Speeding, s.fast(row, median))
			f.set(Hasty, s.traits[row]&hasty != 0)
		}
		if near != nil {
			if far, ok := near.Beyond(ratings, outlyingP); ok {
				f.set(Outlying, far)
			}
		}
		s.scores(m, row, scores)
		if r := stats.EvenOdd(scores, scales); r == r {
			f.set(Inconsistent, r < consistentR)
		}
		if answered >= straightAnswers {
			f.set(Repeated, seen.repeats(row))
		}
	}
	return out
}

// ratings fills in the answers of a row, NaN where there is none.
func (s *Screen) ratings(row uint32, to []float64) (answered int, alike bool) {
	alike = true
	first := math.NaN()
	for k, i := range s.rating {
		to[k] = math.NaN()
		if code := s.table.Item(i)[row]; code <= columns.MaxCode {
			to[k] = float64(s.low[k] + int(code))
			if answered++; answered == 1 {
				first = to[k]
			}
			alike = alike && to[k] == first
		}
	}
	return answered, alike
}

// scales are the places of each dimension's items among the rating items, in the order of the questionnaire.
func (s *Screen) scales(m *Model) (out [][]int) {
	for _, d := range m.Dimensions {
		var places []int
		for k, i := range s.rating {
			if slices.ContainsFunc(d.Items, func(u ItemWeight) bool { return u.Item == i }) {
				places = append(places, k)
			}
		}
		out = append(out, places)
	}
	return out
}

// scores fills in the 0..100 scores of a row's rating items, NaN where there is no answer.
func (s *Screen) scores(m *Model, row uint32, to []float64) {
	for k, i := range s.rating {
		to[k] = m.ItemScore(i, s.table.Item(i)[row])
	}
}

// distances measures Mahalanobis' distance with mean and covariance of the rows that answer every rating item; nil where these are
// fewer than three for each item.
func (s *Screen) distances(m *Model, rows []uint32) *stats.Mahalanobis {
	c := stats.CrossSums{Shift: make([]float64, len(s.rating))}
	for k, i := range s.rating {
		c.Shift[k] = middle([]float64{float64(m.Items[i].Low), float64(m.Items[i].High)})
	}
	ratings := make([]float64, len(s.rating))
	for _, row := range rows {
		if answered, _ := s.ratings(row, ratings); answered == len(ratings) {
			c.Add(ratings, 1)
		}
	}
	if len(s.rating) == 0 || c.N < rowsPerItem*len(s.rating) {
		return nil
	}
	return &stats.Mahalanobis{Means: c.Means(), Covariance: c.Covariance()}
}
