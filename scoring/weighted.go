package scoring

import (
	"math"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// cellWeights are the weights of tabulated responses by the levels of the attributes that they are weighted by.
type cellWeights struct {
	table  *columns.Table
	by     crossing  // of these attributes
	weight []float64 // by its cells; 0 where there is no response
	base   []float64 // by its cells: the response weight
	joint  []int     // by its cells: the joint cell of levels, with residual errors
}

// weigh weights the responses of a sample that the tabulation makes, to a population if it is not nil. Errors: a *WeightingError.
func (t *Tabulation) weigh(s *Sample, population *Population) error {
	const all = 0 // any segmentation has all responses
	within := t.crossings[all].within(&t.weighing)
	counts := make([]int, t.weighing.cells)
	n, _ := t.count(all)
	for k, n := range n {
		counts[within[k]] += n
	}
	table := t.selection.table
	var cells []alike
	var at []int
	based := false
	for _, cell := range t.ordered(&t.weighing) {
		if counts[cell] == 0 {
			continue
		}
		c := alike{base: 1, n: counts[cell]}
		for i, margin := range t.margins {
			if level := t.weighing.level(cell, i); margin == table.WeightAttribute() {
				c.base = table.WeightLevels()[level]
			} else {
				c.levels = append(c.levels, level)
			}
		}
		based = based || c.base != 1
		cells, at = append(cells, c), append(at, cell)
	}
	if based {
		s.Weighting.Method = WeightingBase
	}
	if population == nil {
		population = &Population{}
	}
	f := newFit(table, population, cells, based, &s.Weighting)
	if len(population.Margins) > 0 {
		if err := f.weigh(); err != nil {
			return err
		}
	}
	if f.weights == nil && !based {
		return nil
	}
	w := &cellWeights{table: table, by: t.weighing, weight: make([]float64, t.weighing.cells), base: make([]float64, t.weighing.cells)}
	for i, cell := range at {
		w.weight[cell], w.base[cell] = f.weightOf(i), cells[i].base
	}
	s.cellWeights = w
	if f.weights == nil || !population.Residuals {
		return nil
	}
	r, joint, err := f.residuals()
	if err != nil {
		return err
	}
	w.joint = make([]int, len(w.weight))
	for i, cell := range at {
		w.joint[cell] = joint[i]
	}
	sums, order := &t.tables.groups[all], t.ordered(&t.crossings[all])
	for u, unit := range s.tabulated.units {
		from, of := t.places.of(unit)*len(within), make([]float64, r.cells)
		for _, k := range order {
			cell := within[k]
			of[w.joint[cell]] += w.weight[cell] * float64(sums.count((from+k)*t.width()))
		}
		for c, weight := range of {
			if weight > 0 {
				r.parts = append(r.parts, unitCell{unit: uint32(u), cell: uint32(c), w: weight})
			}
		}
	}
	r.by = w
	s.tabulated.residual = r
	return nil
}

// cell is that of the attributes that a row is in.
func (w *cellWeights) cell(row uint32) (cell uint32) {
	for i, at := range w.by.attributes {
		cell += w.table.Attribute(at).At(row) * w.by.step[i]
	}
	return cell
}

// read writes the weights of some rows to dst; code is room for as many codes.
func (w *cellWeights) read(rows, code []uint32, dst []float64) {
	code = code[:len(rows)]
	clear(code)
	for i, at := range w.by.attributes {
		w.table.Attribute(at).AddOf(rows, w.by.step[i], code)
	}
	for i, cell := range code {
		dst[i] = w.weight[cell]
	}
}

// weighted are the groups of a division by the cells of a tabulation, whose responses have one weight f in each cell: weighted sums are Σ f·(·) and those
// of squared weights Σ f²·(·) over cells (METHOD section 3).
type weighted struct {
	*tabulated
	weight []float64 // by cell of the segmentation
	before []float64 // by cell of the segmentation: the response weight
	joint  []int     // by cell of the segmentation: the joint cell of levels, with residual errors
	met    []bool    // by place and cell: there are responses; most places have few of all levels
	whole  *weighted // by cell of the margins, as items tallied in whole are counted; nil in this itself
}

// divided weights the groups of a division.
func (w *cellWeights) divided(t *tabulated) *weighted {
	by := func(j *crossing) *weighted {
		out := &weighted{tabulated: t}
		for _, cell := range j.within(&w.by) {
			out.weight, out.before = append(out.weight, w.weight[cell]), append(out.before, w.base[cell])
			if w.joint != nil {
				out.joint = append(out.joint, w.joint[cell])
			}
		}
		return out
	}
	j := &t.crossings[t.segmentation]
	out := by(j)
	out.whole = by(&t.weighing)
	t.byMargin = out.whole.weight
	out.met, out.whole.met = t.met, make([]bool, t.places.len()*t.weighing.cells)
	within := j.within(&t.weighing)
	for place := range t.places.len() {
		for k, met := range t.met[place*j.cells:][:j.cells] {
			if met {
				out.whole.met[place*t.weighing.cells+int(within[k])] = true
			}
		}
	}
	return out
}

func (t *weighted) kish(g int) Kish {
	of := t.of(g)
	if of.n == 0 {
		return EvenKish(0)
	}
	var sums stats.KishSums
	low, high := math.Inf(1), 0.0
	for i, k := range of.cells {
		n, f := float64(of.counts[i]), t.weight[k]
		sums.AddGroup(of.counts[i], f*n, f*f*n)
		low, high = min(low, f), max(high, f)
	}
	w := sums.W.Value()
	mean := w / float64(sums.N)
	return Kish{N: sums.N, Sum: w, NEffective: sums.NEffective(), Deff: sums.Deff(), MaxOverMean: high / mean, MinOverMean: low / mean}
}

func (t *weighted) base(f Figure, g int) Base {
	of, cells := t.of(g), t.crossings[t.segmentation].cells
	without := t.tables.groups[t.segmentation].without[t.at(f)]
	var sums stats.KishSums
	for i, k := range of.cells {
		n := of.counts[i]
		if without != nil {
			for place := range t.places.len() {
				n -= int(without[place*cells+k])
			}
		}
		w := t.weight[k] * float64(n)
		sums.AddGroup(n, w, t.weight[k]*w)
	}
	return Base{N: sums.N, W: sums.W.Value(), W2: sums.W2.Value()}
}

// sums are those of a group; of the complete cases only those of the whole can be had.
func (t *weighted) sums(f Figure, g int) sums {
	out := sums{all: stats.MeanSums{Shift: scoreShift}}
	if t.frame.units != nil {
		p := t.pool(f, t.of(g).cells)
		out.w, out.wx = unitMemory.Use(len(t.frame.units)), unitMemory.Use(len(t.frame.units))
		for _, u := range t.units {
			out.w[u.unit], out.wx[u.unit] = p.add(u.at)
		}
		out.all.Merge(p.sums(0))
		if r := t.frame.residual; r != nil {
			out.joint = jointSums{b: make([]float64, r.cells), bx: make([]float64, r.cells)}
			for i, k := range p.cells {
				out.joint.b[t.joint[k]] += t.before[k] * float64(p.n[i])
				out.joint.bx[t.joint[k]] += t.before[k] * p.x[i].score()
			}
		}
	}
	if t.singles() {
		for _, h := range t.frame.strata {
			p := t.pool(f, t.of(g).cells)
			p.add(t.places.units() + h)
			out.strata = append(out.strata, p.sums(1+h))
			out.all.Merge(out.strata[len(out.strata)-1])
		}
	}
	return out
}

// pool is what a figure has in some cells over the places added.
type pool struct {
	*weighted
	figure Figure
	cells  []int
	n      []int64 // by cell
	x      []long
}

func (t *weighted) pool(f Figure, cells []int) *pool {
	return &pool{weighted: t, figure: f, cells: cells, n: make([]int64, len(cells)), x: make([]long, len(cells))}
}

// add takes in a place, of which it gives Σw and Σw(x−shift).
func (p *pool) add(place int) (w, wx float64) {
	met := p.met[place*p.crossings[p.segmentation].cells:]
	for i, k := range p.cells {
		if !met[k] {
			continue
		}
		var x long
		n := p.cell(p.figure, place, p.cells[i:i+1], &x)
		w += p.weight[k] * float64(n)
		wx += p.weight[k] * x.score()
		p.n[i] += n
		p.x[i].add(x)
	}
	return w, wx
}

// sums are those over the places, all of one class.
func (p *pool) sums(class int) stats.MeanSums {
	out := stats.MeanSums{Shift: scoreShift}
	for i, k := range p.cells {
		if p.n[i] > 0 {
			out.Merge(meanSums(p.n[i], p.x[i], p.squares(p.figure, class, p.cells[i:i+1]), p.weight[k]))
		}
	}
	return out
}

func (t *weighted) tally(item, g int) *Tally {
	scale, counts, by := len(t.scores.model.Items[item].Scores), t.counts(item, g), t
	if of, _ := tallyOf(t.inGroups, item); of < 0 {
		by = t.whole
	}
	out := &Tally{model: t.scores.model, frame: &t.frame.frame, item: item, all: make([]answers, scale)}
	all := make([]int, scale*len(counts.cells))
	// add takes in a place: answers by code to those of its unit or stratum.
	add := func(place int, to func(code, n int, weight float64)) {
		met := by.met[place*counts.cellsAPlace:]
		for i, k := range counts.cells {
			if !met[k] {
				continue
			}
			counts := counts.of(place, k)
			for code, n := range counts[:scale] {
				all[i*scale+code] += int(n)
				if n > 0 {
					to(code, int(n), by.weight[k])
				}
			}
			out.addLacking(counts)
		}
	}
	if t.frame.units != nil {
		units := make([]float64, scale*len(t.frame.units))
		for _, u := range t.units {
			add(u.at, func(code, n int, weight float64) { units[u.unit*scale+code] += weight * float64(n) })
		}
		out.units = func(x *[256]float64) (sw, sx []float64) { return unitTotals(units, scale, scale, x) }
	}
	if t.singles() {
		for _, h := range t.frame.strata {
			codes := make([]answers, scale)
			add(t.places.units()+h, func(code, n int, weight float64) { codes[code].count(n, weight) })
			out.singles = append(out.singles, codes)
		}
	}
	for i, k := range counts.cells {
		for code, n := range all[i*scale : (i+1)*scale] {
			out.all[code].count(n, by.weight[k])
		}
	}
	if r := t.frame.residual; r != nil {
		out.joint = func(values []float64) jointSums {
			sums, shift := jointSums{b: make([]float64, r.cells), bx: make([]float64, r.cells)}, middle(values)
			for i, k := range counts.cells {
				for code, x := range values {
					n := by.before[k] * float64(all[i*scale+code])
					sums.b[by.joint[k]] += n
					sums.bx[by.joint[k]] += n * (x - shift)
				}
			}
			return sums
		}
	}
	return out
}
