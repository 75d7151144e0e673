package scoring

import (
	"maps"
	"math"
	"slices"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// The sums of METHOD section 3, from which every figure follows without going back to respondents. Each merges by addition: the sums of
// two parts of the responses, in whatever order they are added, are the sums of the whole. S1 and S5 hold whole numbers only and merge to
// the same bits; the others are compensated float64 sums, alike but for the last bits.
type (
	// S1 is the weighted histogram of an item: see HistogramSums.
	S1 = HistogramSums
	// S2 is n, Σw, Σwx, Σwx², Σw², Σw²x, Σw²x² of a score: mean, weights-only variance, Kish's effective number.
	S2 = stats.MeanSums
	// S2p is Σw², Σw²x, Σw²y, Σw²xy of a pair of scores: the covariance of their means.
	S2p = stats.PairSums
	// S3 is n, Σw, Σwz, Σwzz′ of complete rows: correlations, regressions, shares of influence, reliability. Kept by group of rows it
	// gives the jackknife.
	S3 = stats.CrossSums
	// S4 is Σw and Σwx by stratum and sampling unit: see DesignSums.
	S4 = DesignSums
	// S5 counts responses by base weight and joint cell of the margins that they are weighted to: post-stratification, raking, calibration.
	// Weighted sums follow by cell: Σ_c f_c(·) and, of squares, Σ_c f_c²(·), with Scaled.
	S5 = stats.CaseCells
	// S6 is a score by period: see SeriesSums.
	S6 = SeriesSums
)

// HistogramSums (S1) holds n, Σw and Σw² at each code of an item, in whole numbers: weights are rounded to 1e-6, so that sums of parts are the
// same to the last bit whatever their order. Rounding moves a mean by some 1e-6 of the spread of the weights' errors; reports,
// which agree with R to 1e-9, take weights as they are. The zero value is empty.
type HistogramSums struct {
	n     []int64
	w, w2 []whole // of 1e-6 and 1e-12
}

// weightUnit is the weight that counts as 1 in HistogramSums.
const weightUnit = 1e-6

// Add takes one answer. It says whether it was taken: codes above columns.MaxCode are no answers, weights are finite, not
// negative and below 1e12, and sums end at 128 bits.
func (h *HistogramSums) Add(code byte, w float64) bool {
	units := math.Round(w / weightUnit)
	if code > columns.MaxCode || !(units >= 0 && units < 1e18) {
		return false
	}
	h.grow(int(code) + 1)
	u := uint64(units)
	sum, ok := h.w[code].plus(whole{low: u})
	squares, fits := h.w2[code].plus(square(u))
	if !ok || !fits {
		return false
	}
	h.n[code]++
	h.w[code], h.w2[code] = sum, squares
	return true
}

func (h *HistogramSums) grow(codes int) {
	for len(h.n) < codes {
		h.n, h.w, h.w2 = append(h.n, 0), append(h.w, whole{}), append(h.w2, whole{})
	}
}

// Merge takes the answers of another histogram. It says whether it did: sums end at 128 bits, and then nothing is taken.
func (h *HistogramSums) Merge(o HistogramSums) bool {
	h.grow(len(o.n))
	w, w2 := slices.Clone(h.w), slices.Clone(h.w2)
	for c := range o.n {
		var ok, fits bool
		w[c], ok = w[c].plus(o.w[c])
		w2[c], fits = w2[c].plus(o.w2[c])
		if !ok || !fits {
			return false
		}
	}
	for c := range o.n {
		h.n[c] += o.n[c]
	}
	h.w, h.w2 = w, w2
	return true
}

// Equal reports whether two histograms hold the same whole numbers.
func (h HistogramSums) Equal(o HistogramSums) bool {
	codes := max(len(h.n), len(o.n))
	h.n, h.w, h.w2 = slices.Clone(h.n), slices.Clone(h.w), slices.Clone(h.w2)
	h.grow(codes)
	var other HistogramSums
	other.n, other.w, other.w2 = slices.Clone(o.n), slices.Clone(o.w), slices.Clone(o.w2)
	other.grow(codes)
	return slices.Equal(h.n, other.n) && slices.Equal(h.w, other.w) && slices.Equal(h.w2, other.w2)
}

// Of gives the sums as numbers, with values[code] the value of each code; codes beyond values are left out.
func (h HistogramSums) Of(values []float64) stats.Histogram {
	out := stats.NewHistogram(values)
	for c := range min(len(h.n), len(values)) {
		if h.n[c] > 0 {
			out.AddGroup(values[c], int(h.n[c]), h.w[c].float()*weightUnit, h.w2[c].float()*(weightUnit*weightUnit))
		}
	}
	return out
}

// HistogramSums are those of an item's answers in a domain.
func (s *Sample) HistogramSums(item int, domain []uint32) HistogramSums {
	s.fill()
	var h HistogramSums
	column := s.table.Item(item)
	for _, i := range domain {
		h.Add(column[s.Row(i)], s.weightOf(int(i)))
	}
	return h
}

// SeriesSums (S6) holds a score by period, from which follow estimate, variance and n of each. The zero value is empty.
type SeriesSums struct {
	frame   DesignSums // the design without any value
	periods map[string]*DesignSums
}

// NewSeriesSums makes a series of the sums of each period. All are over the same design, that of all periods together, since periods may
// share its sampling units.
func NewSeriesSums(periods map[string]DesignSums) SeriesSums {
	out := SeriesSums{periods: map[string]*DesignSums{}}
	for p, d := range periods {
		out.frame = d.frame()
		own := d.clone()
		out.periods[p] = &own
	}
	return out
}

// Merge takes the responses of another part of the design. It says whether it did; see DesignSums.Merge.
func (s *SeriesSums) Merge(o SeriesSums) bool {
	if s.periods == nil {
		s.periods = map[string]*DesignSums{}
	}
	for _, p := range slices.Sorted(maps.Keys(o.periods)) {
		if s.periods[p] == nil {
			f := s.frame.clone()
			s.periods[p] = &f
		}
	}
	ok := true
	for _, p := range slices.Sorted(maps.Keys(s.periods)) {
		if part := o.periods[p]; part != nil {
			ok = s.periods[p].Merge(*part) && ok
		} else {
			ok = s.periods[p].Merge(o.frame) && ok
		}
	}
	return s.frame.Merge(o.frame) && ok
}

// Points are the periods in the order of their names, with the mean of each.
func (s *SeriesSums) Points() (periods []string, points []stats.Point) {
	periods = slices.Sorted(maps.Keys(s.periods))
	for _, p := range periods {
		m := s.periods[p].Mean()
		points = append(points, stats.Point{Estimate: m.Estimate, Variance: m.Variance, N: m.N})
	}
	return periods, points
}
