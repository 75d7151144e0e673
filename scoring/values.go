package scoring

import (
	"math"

	"paxscore/scoring/columns"
)

// scoreShift is taken from every 0..100 score before it is summed, so that squares keep their digits (METHOD section 3, S2).
const scoreShift = 50

// Values are what a mean is taken of: a number for each position of a sample, NaN where missing. They are read from the codes of answers and
// scores and take no room of their own.
type Values struct {
	column valueColumn
	rows   []uint32 // of each position; nil where a position is its row
	shift  float64
}

// valueColumn has a number for each row of a table.
type valueColumn interface {
	at(row uint32) float64
	// read writes the numbers of rows to dst; code is room for as many codes.
	read(rows, code []uint32, dst []float64)
}

// At is the value at a position; NaN where missing.
func (v Values) At(position uint32) float64 {
	if v.rows != nil {
		position = v.rows[position]
	}
	return v.column.at(position)
}

// readBlock is the number of positions that are read together, few enough to stay in the nearest cache and a multiple of sumBlock.
const readBlock = 1024

// reading is room to read positions together.
type reading struct {
	row, code, unit, stratum []uint32
	x, weight                []float64
}

// newReading is room for the blocks of a domain of n positions.
func newReading(n int) *reading {
	n = min(n, readBlock)
	codes := make([]uint32, 4*n)
	return &reading{row: codes[:n:n], code: codes[n : 2*n : 2*n], unit: codes[2*n : 3*n : 3*n], stratum: codes[3*n:], x: make([]float64, n), weight: make([]float64, n)}
}

// rowsAt are the rows of some positions.
func (r *reading) rowsAt(rows, positions []uint32) []uint32 {
	if rows == nil {
		return positions
	}
	out := r.row[:len(positions)]
	for i, p := range positions {
		out[i] = rows[p]
	}
	return out
}

// read are the values at up to readBlock positions, valid until the next reading.
func (v Values) read(r *reading, positions []uint32) []float64 { return v.readTo(r, positions, r.x) }

func (v Values) readTo(r *reading, positions []uint32, dst []float64) []float64 {
	dst = dst[:len(positions)]
	v.column.read(r.rowsAt(v.rows, positions), r.code[:len(positions)], dst)
	return dst
}

// eachBlock divides a domain into blocks to be read.
func eachBlock(domain []uint32, f func(positions []uint32)) {
	for len(domain) > 0 {
		n := min(readBlock, len(domain))
		f(domain[:n])
		domain = domain[n:]
	}
}

// each gives the value at every position of a domain.
func each(v Values, domain []uint32, f func(position uint32, x float64)) {
	r := newReading(len(domain))
	eachBlock(domain, func(positions []uint32) {
		for i, x := range v.read(r, positions) {
			f(positions[i], x)
		}
	})
}

// together reads several values of a domain, a block at a time; x, by value and place in the block, is only lent.
func together(domain []uint32, values []Values, f func(positions []uint32, x [][]float64)) {
	r := newReading(len(domain))
	room, x := make([][]float64, len(values)), make([][]float64, len(values))
	for k := range room {
		room[k] = make([]float64, len(r.x))
	}
	eachBlock(domain, func(positions []uint32) {
		for k, v := range values {
			x[k] = v.readTo(r, positions, room[k])
		}
		f(positions, x)
	})
}

// itemValues are numbers by the answer to an item.
type itemValues struct {
	codes []byte
	of    [256]float64 // by code
}

func newItemValues(codes []byte, of []float64) *itemValues {
	out := &itemValues{codes: codes}
	for code := range out.of {
		out.of[code] = math.NaN()
	}
	copy(out.of[:], of)
	return out
}

func (v *itemValues) at(row uint32) float64 { return v.of[v.codes[row]] }

func (v *itemValues) read(rows, _ []uint32, dst []float64) {
	codes := v.codes
	for i, row := range rows[:len(dst)] {
		dst[i] = v.of[codes[row]]
	}
}

// dimensionValues are the scores of a dimension.
type dimensionValues struct {
	codes *columns.Codes
	of    []float64 // by code
}

func (c *scoreColumn) values() *dimensionValues {
	out := &dimensionValues{codes: &c.codes, of: make([]float64, len(c.met))}
	for code, s := range c.met {
		out.of[code] = s.score
	}
	return out
}

func (v *dimensionValues) at(row uint32) float64 { return v.of[v.codes.At(row)] }

func (v *dimensionValues) read(rows, code []uint32, dst []float64) {
	v.codes.Of(rows, code)
	for i, k := range code[:len(dst)] {
		dst[i] = v.of[k]
	}
}

// indexValues are overall scores, found from those of the dimensions.
type indexValues struct {
	scores   *Scores
	parts    [][]float64 // by dimension and code: ω·score, NaN where the score is not valid
	total    float64     // Σω
	complete bool        // only where every dimension is valid
}

func (s *Scores) indexValues(complete bool) *indexValues {
	out := &indexValues{scores: s, complete: complete}
	for d, c := range s.dimensions {
		omega := s.model.Dimensions[d].DimensionWeight
		out.total += omega
		parts := make([]float64, len(c.met))
		for code, m := range c.met {
			parts[code] = omega * m.score
		}
		out.parts = append(out.parts, parts)
	}
	return out
}

// at gives the same bits as Model.Score, whose sums it takes in the same order.
func (v *indexValues) at(row uint32) float64 {
	m := v.scores.model
	var o overallSums
	for d, c := range v.scores.dimensions {
		s := &c.met[c.codes.At(row)]
		if v.complete && s.status != ScoreOK {
			return math.NaN()
		}
		o.add(m.Dimensions[d].DimensionWeight, s.score, s.status)
	}
	score, _ := o.score(m.Policy, len(m.Dimensions))
	return score
}

func (v *indexValues) read(rows, code []uint32, dst []float64) {
	clear(dst)
	for d, c := range v.scores.dimensions {
		c.codes.Of(rows, code)
		parts := v.parts[d]
		for i, k := range code[:len(dst)] {
			dst[i] += parts[k]
		}
	}
	for i, sum := range dst {
		switch {
		case sum == sum && v.total > 0:
			dst[i] = sum / v.total
		default: // a dimension lacks
			dst[i] = v.at(rows[i])
		}
	}
}
