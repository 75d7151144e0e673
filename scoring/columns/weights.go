package columns

import "strconv"

// mostWeights is the number of different response weights up to which they are coded.
const mostWeights = 64

// weightLevels code response weights as an attribute: the weights of a sample drawn by strata are few, and what is weighted can then be summed up by them.
type weightLevels struct {
	attribute *Attribute // nil while all weights are 1, or where too many differ
	values    []float64  // by level
	number    map[float64]uint32
	rows      int
}

// follow codes the weights of new rows.
func (w *weightLevels) follow(weights []float64) {
	for ; w.rows < len(weights); w.rows++ {
		if w.rows == 0 {
			w.attribute, w.number = newAttribute(), map[float64]uint32{}
		}
		if w.attribute == nil {
			continue
		}
		v := weights[w.rows]
		level, met := w.number[v]
		if !met {
			if len(w.values) == mostWeights {
				w.attribute = nil
				continue
			}
			level = w.attribute.find(strconv.FormatFloat(v, 'g', -1, 64))
			w.values, w.number[v] = append(w.values, v), level
		}
		w.attribute.codes.Append(level)
	}
}

// WeightAttribute is the number of the attribute whose levels are the response weights; Table.Attribute gives nil for it where all are 1, or too many differ
// to be coded.
func (t *Table) WeightAttribute() int { return len(t.attributes) }

// WeightLevels are the response weights by level of that attribute. The caller does not change them.
func (t *Table) WeightLevels() []float64 { return t.weightLevels.values }
