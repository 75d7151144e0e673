package scoring

import (
	"cmp"
	"fmt"
	"slices"

	"paxscore/scoring/stats"
)

// residuals take out of the influence of an estimate what the margins explain (METHOD section 6; Deville and Särndal 1992): U_i/w_i is
// replaced by its residual from weighted least squares on the dummies of the levels, with base weights, times w_i again. All
// responses of a joint cell of levels have the same dummies, so that the total of a unit c becomes T_c − Σ_k A_ck·e_k with e_k the
// fitted value in cell k and A_ck the weight that the unit has in it.
type residuals struct {
	fit   *stats.MarginRegression
	cells int
	cell  []uint32     // joint cell of each position; nil where it is that of the levels of a row
	by    *cellWeights // then that of these
	base  []float64    // base weight of each position; nil while all are 1
	parts []unitCell
}

// unitCell is the weight of a unit in a joint cell.
type unitCell struct {
	unit, cell uint32
	w          float64
}

// jointSums are Σb and Σb(x−shift) over a domain by joint cell.
type jointSums struct{ b, bx []float64 }

// less are the sums over a domain without a part of it.
func (j jointSums) less(part jointSums) jointSums {
	return jointSums{b: added(j.b, times(part.b, -1)), bx: added(j.bx, times(part.bx, -1))}
}

// residuals prepares the regression on the margins that are met, and says which joint cell each of the fit's lies in.
func (f *fit) residuals() (r *residuals, of []int, err error) {
	cells, of, _ := f.joint(func(*alike) float64 { return 0 })
	sums := make([]stats.Sum, len(cells))
	for i, c := range of {
		sums[c].Add(float64(f.cells[i].n) * f.cells[i].base)
	}
	for c := range cells {
		cells[c].Base = sums[c].Value() / float64(cells[c].N)
	}
	r = &residuals{cells: len(cells)}
	if r.fit, err = stats.NewMarginRegression(cells, f.sizes); err != nil {
		return nil, nil, f.fail(fmt.Errorf("errors by residuals: %w", err))
	}
	f.w.Residuals = true
	return r, of, nil
}

// layResiduals makes ready for errors by residuals; of is the cell of the fit that each position is in, base their weights before.
func (s *Sample) layResiduals(f *fit, of []uint32, base []float64) error {
	r, joint, err := f.residuals()
	if err != nil {
		return err
	}
	if s.units == nil {
		s.layUnits()
	}
	r.base, r.cell = base, make([]uint32, len(of))
	for i, c := range of {
		r.cell[i] = uint32(joint[c])
		r.parts = append(r.parts, unitCell{unit: s.units.at(uint32(i)), cell: r.cell[i], w: s.weights[i]})
	}
	slices.SortStableFunc(r.parts, func(x, y unitCell) int { return cmp.Or(cmp.Compare(x.unit, y.unit), cmp.Compare(x.cell, y.cell)) })
	merged := r.parts[:0]
	for _, p := range r.parts {
		if last := len(merged) - 1; last >= 0 && merged[last].unit == p.unit && merged[last].cell == p.cell {
			merged[last].w += p.w
		} else {
			merged = append(merged, p)
		}
	}
	r.parts = slices.Clip(merged)
	s.residual = r
	return nil
}

// layUnits numbers every response as a sampling unit of its own.
func (s *Sample) layUnits() {
	s.units, s.n = &unitNumbers{list: make([]uint32, len(s.rows))}, len(s.rows)
	of := make([]int, len(s.rows))
	for i := range s.rows {
		s.units.list[i], of[i] = uint32(i), s.stratum.at(i)
	}
	s.design, s.sizes = stats.Design{Stratum: of, Strata: s.strata}, make([]int, s.strata)
	for _, h := range of {
		s.sizes[h]++
	}
}

// inUnits is the sample with every response in a numbered unit.
func (s *Sample) inUnits() *Sample {
	if s.units != nil {
		return s
	}
	out := *s
	out.layUnits()
	return &out
}

func (r *residuals) cellOf(position uint32) uint32 {
	if r.cell != nil {
		return r.cell[position]
	}
	return uint32(r.by.joint[r.by.cell(position)])
}

func (r *residuals) baseOf(position int) float64 {
	switch {
	case r.by != nil:
		return r.by.base[r.by.cell(uint32(position))]
	case r.base == nil:
		return 1
	}
	return r.base[position]
}

// sums are those of values over a domain.
func (r *residuals) sums(v Values, domain []uint32) jointSums {
	out := jointSums{b: make([]float64, r.cells), bx: make([]float64, r.cells)}
	for _, i := range domain {
		if x := v.At(i); x == x {
			b, c := r.baseOf(int(i)), r.cellOf(i)
			out.b[c] += b
			out.bx[c] += b * (x - v.shift)
		}
	}
	return out
}

// take takes from the total influence of each unit what the margins explain of a mean with sums q about centre and weight w.
func (r *residuals) take(totals []float64, q jointSums, centre, w float64) {
	bz := make([]float64, r.cells)
	for c := range bz {
		bz[c] = (q.bx[c] - centre*q.b[c]) / w
	}
	e := r.fit.Fit(bz)
	if e == nil {
		return
	}
	for _, p := range r.parts {
		totals[p.unit] -= p.w * e[p.cell]
	}
}
