package scoring

import (
	"math"

	"paxscore/scoring/stats"
)

// CrossedIndex are Crossed of an item's 0..100 score and the index, over the rows of the tabulation's selection that have both.
func (t *Tabulation) CrossedIndex(item int) Crossed {
	scores := t.scores.model.Items[item].Scores
	found := newIndexSums(len(scores))
	scan(t.rows, func() (func(from, to int), func()) {
		own, b := newIndexSums(len(scores)), newCodeBlock(t.selection.Set(), 1)
		index, row, code, x := t.scores.indexValues(false), make([]uint32, codeRows), make([]uint32, codeRows), make([]float64, codeRows)
		chunk := func(from, to int) {
			for ; from < to; from += codeRows {
				if b.take(from, min(from+codeRows, to)) {
					for i := range b.n {
						row[i] = b.row(i)
					}
					index.read(row[:b.n], code[:b.n], x[:b.n])
					own.add(b, b.of(0, t.selection.table.Item(item)), x)
				}
			}
		}
		return chunk, func() { found.merge(own) }
	})
	c := Crossed{sums: stats.CrossSums{Shift: []float64{scoreShift, scoreShift}, WZ: make([]stats.Sum, 2), WZZ: make([]stats.Sum, 3)}}
	var all long
	for code, n := range found.n {
		y := scores[code] - scoreShift
		c.sums.N += int(n)
		c.sums.WZ[0].Add(float64(n) * y)
		c.sums.WZZ[0].Add(float64(n) * y * y)
		c.sums.WZZ[1].Add(y * found.x[code].score())
		all.add(found.x[code])
	}
	n := float64(c.sums.N)
	c.sums.W.Add(n)
	c.sums.WZ[1].Add(all.score())
	c.sums.WZZ[2].Add(found.xx.score())
	c.Base = Base{N: c.sums.N, W: n, W2: n}
	return c
}

// indexSums are by code of an item n and Σx, and Σx² over all, of the index less 50 in scoreUnit.
type indexSums struct {
	n  []int64
	x  []long
	xx long
}

func newIndexSums(codes int) *indexSums {
	return &indexSums{n: make([]int64, codes), x: make([]long, codes)}
}

// add takes a block in.
func (s *indexSums) add(b *codeBlock, code []byte, index []float64) {
	var xx int64
	for i, c := range code[:b.n] {
		x := index[i]
		if x != x || int(c) >= len(s.n) || b.mask[i/64]>>(i%64)&1 == 0 {
			continue
		}
		d := x - scoreShift
		s.n[c]++
		s.x[c].low += int64(math.RoundToEven(d * scoreUnit))
		xx += int64(math.RoundToEven(d * d * scoreUnit))
	}
	s.xx.low += xx
	for c := range s.x {
		s.x[c].carry()
	}
	s.xx.carry()
}

// carry makes room for a further block.
func (l *long) carry() {
	l.high += l.low >> carryBits
	l.low &= 1<<carryBits - 1
}

func (s *indexSums) merge(o *indexSums) {
	for code := range s.n {
		s.n[code] += o.n[code]
		s.x[code].add(o.x[code])
	}
	s.xx.add(o.xx)
}
