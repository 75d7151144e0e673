package columns

import (
	"math"
	"slices"
	"strconv"
)

// mostWeights is the number of different response weights up to which they are coded.
const mostWeights = 64

// weightLevels code response weights as an attribute: the weights of a sample drawn by strata are few, and what is weighted can then be summed up by them.
type weightLevels struct {
	attribute *Attribute // nil while all weights are 1, or where too many differ
	values    []float64  // by level
	recent    [256]uint8 // by slot of a weight, the number + 1 of the level last found there
	rows      int
}

// follow codes the weights of new rows.
func (w *weightLevels) follow(weights []float64) {
	if w.rows == 0 && len(weights) > 0 {
		w.attribute = newAttribute()
	}
	for ; w.rows < len(weights) && w.attribute != nil; w.rows++ {
		v := weights[w.rows]
		recent := &w.recent[math.Float64bits(v)*0x9e3779b97f4a7c15>>56] // Fibonacci hashing
		if *recent == 0 || w.values[*recent-1] != v {
			level := slices.Index(w.values, v)
			if level < 0 {
				if level = len(w.values); level == mostWeights {
					w.attribute = nil
					return
				}
				w.values = append(w.values, v)
				w.attribute.find(strconv.FormatFloat(v, 'g', -1, 64))
			}
			*recent = uint8(level + 1)
		}
		w.attribute.codes.Append(uint32(*recent - 1))
	}
}

// WeightAttribute is the number of the attribute whose levels are the response weights; Table.Attribute gives nil for it where all are 1, or too many differ
// to be coded.
func (t *Table) WeightAttribute() int { return len(t.attributes) }

// WeightLevels are the response weights by level of that attribute. The caller does not change them.
func (t *Table) WeightLevels() []float64 { return t.weightLevels.values }
