package scoring

import (
	"fmt"
	"math"
	"sync"

	"paxscore/scoring/columns"
	"paxscore/scoring/lanes"
)

// Scores holds the dimension scores of a table's rows by a model, in columns that grow with it: one byte a row and dimension where a
// dimension has up to 256 different scores, as items with equal weights have, else two or four. The zero value is of no dimension.
type Scores struct {
	table      *columns.Table
	model      *Model
	mu         sync.Mutex // held while columns grow
	dimensions []*scoreColumn
}

// NewScores returns the scores of a table by a model, as yet of no row. Errors: a model that does not fit the table.
func NewScores(t *columns.Table, m *Model) (*Scores, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	if t.Items() != len(m.Items) {
		return nil, fmt.Errorf("score responses: the table has %d items, the model %d", t.Items(), len(m.Items))
	}
	s := &Scores{table: t, model: m}
	for d := range m.Dimensions {
		s.dimensions = append(s.dimensions, newScoreColumn(m, &m.Dimensions[d]))
	}
	return s, nil
}

// Update scores the rows appended since the last time. It may be called by several at once, while no row is appended.
func (s *Scores) Update() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.dimensions) == 0 || s.dimensions[0].codes.Len() == s.table.Len() {
		return
	}
	if s.table.Len()-s.dimensions[0].codes.Len() < 2*blockRows {
		for _, c := range s.dimensions {
			c.update(s.table)
		}
		return
	}
	var all sync.WaitGroup
	for _, c := range s.dimensions {
		all.Go(func() { c.update(s.table) })
	}
	all.Wait()
}

// Bytes is the memory that the rows take.
func (s *Scores) Bytes() (n int) {
	for _, c := range s.dimensions {
		n += c.codes.Bytes()
	}
	return n
}

// blockRows is the number of rows worked on at a time, few enough to stay in the nearest cache.
const blockRows = lanes.MostMarked

// fewRows is the number of rows up to which they are not worth a block.
const fewRows = 16

// maxDirect is the number of combinations of answers up to which an array finds their score.
const maxDirect = 1 << 16

// scoreColumn is one dimension's score of every row.
type scoreColumn struct {
	parts  []*itemParts
	items  []int
	policy Policy
	codes  columns.Codes
	met    []scored             // by code
	known  map[[2]uint64]uint32 // code of a score: its bits and its status

	steps  [][256]uint32 // by item and code: what it adds to the number of a combination; then some of zeros, for a multiple of four
	direct []uint32      // code+1 of a combination, 0 as long as it was not scored; nil where there are too many

	answers []byte // scratch of find
}

// scored is a dimension's score with what the overall score needs of it.
type scored struct {
	score  float64 // NaN unless the status is ok
	status ScoreStatus
}

func newScoreColumn(m *Model, d *Dimension) *scoreColumn {
	c := &scoreColumn{policy: m.Policy, known: map[[2]uint64]uint32{}}
	combinations := 1
	for _, u := range d.Items {
		c.items = append(c.items, u.Item)
		c.parts = append(c.parts, m.parts(u))
		scale := len(m.Items[u.Item].Scores)
		var step [256]uint32
		for code := range step {
			step[code] = uint32(classOf(byte(code), scale) * combinations)
		}
		c.steps = append(c.steps, step)
		combinations = min(combinations*(scale+2), maxDirect+1)
	}
	for len(c.steps)%4 != 0 {
		c.steps = append(c.steps, [256]uint32{})
	}
	if combinations <= maxDirect {
		c.direct = make([]uint32, combinations)
	}
	c.answers = make([]byte, len(c.items))
	return c
}

// classOf is the class of a code among those that are scored alike, on a scale of so many ratings. Ratings differ from each other; all other codes are
// not applicable (or not asked), or skipped.
func classOf(code byte, scale int) int {
	switch {
	case int(code) < scale:
		return int(code)
	case code == columns.NotRouted || code == columns.NotApplicable:
		return scale
	}
	return scale + 1
}

// answerOf is a code of a class.
func answerOf(class, scale int) byte {
	switch {
	case class < scale:
		return byte(class)
	case class == scale:
		return columns.NotApplicable
	}
	return columns.Skipped
}

func (c *scoreColumn) update(t *columns.Table) {
	if c.direct == nil {
		for row := c.codes.Len(); row < t.Len(); row++ {
			c.codes.Append(c.find(t, uint32(row)))
		}
		return
	}
	if t.Len()-c.codes.Len() < fewRows {
		for row := c.codes.Len(); row < t.Len(); row++ {
			key, steps := uint32(0), c.steps[:len(c.items)]
			for k, item := range c.items {
				key += steps[k][t.Item(item)[row]]
			}
			code := c.direct[key]
			if code == 0 {
				code = c.learn(t, uint32(row), key)
			}
			c.codes.Append(code - 1)
		}
		return
	}
	var keys [blockRows]uint32
	for from := c.codes.Len(); from < t.Len(); from += blockRows {
		block := keys[:min(blockRows, t.Len()-from)]
		clear(block)
		for k := 0; k < len(c.items); k += 4 {
			item := func(k int) []byte { return t.Item(c.items[min(k, len(c.items)-1)])[from:][:len(block)] }
			s0, s1, s2, s3 := &c.steps[k], &c.steps[k+1], &c.steps[k+2], &c.steps[k+3]
			c0, c1, c2, c3 := item(k), item(k+1), item(k+2), item(k+3)
			for i, code := range c0 {
				block[i] += s0[code] + s1[c1[i]] + s2[c2[i]] + s3[c3[i]]
			}
		}
		for i, key := range block {
			code := c.direct[key]
			if code == 0 {
				code = c.learn(t, uint32(from+i), key)
			}
			block[i] = code - 1
		}
		c.codes.Reserve(t.Len())
		c.codes.AppendAll(block)
	}
}

// learn scores a row whose combination of answers has the number key and was not met before, and returns code+1 of its score.
func (c *scoreColumn) learn(t *columns.Table, row, key uint32) uint32 {
	c.direct[key] = 1 + c.find(t, row)
	return c.direct[key]
}

// find scores a row and returns the code of its score.
func (c *scoreColumn) find(t *columns.Table, row uint32) uint32 {
	for k, item := range c.items {
		c.answers[k] = t.Item(item)[row]
	}
	return c.note(c.score(c.answers))
}

// score is that of answers to the items.
func (c *scoreColumn) score(answers []byte) scored {
	var sum [1]dimensionSums
	for k, parts := range c.parts {
		parts.add(answers[k:], []uint32{0}, sum[:])
	}
	score, status := sum[0].score(c.policy.MinItemShare)
	return scored{score, status}
}

// note returns the code of a score, a new one if it was not met before.
func (c *scoreColumn) note(s scored) uint32 {
	key := [2]uint64{math.Float64bits(s.score), uint64(s.status)}
	code, ok := c.known[key]
	if !ok {
		code = uint32(len(c.met))
		c.known[key] = code
		c.met = append(c.met, s)
	}
	return code
}

// Remove takes out the scores of rows, given ascending and each once, before these are removed from the table. What is left is as if they had never been.
func (s *Scores) Remove(rows []uint32) {
	s.Update()
	for _, c := range s.dimensions {
		left, changed := c.codes.Remove(rows, len(c.met))
		if !changed {
			continue
		}
		met := c.met
		c.met = nil
		clear(c.known)
		clear(c.direct)
		for _, code := range left {
			c.note(met[code])
		}
	}
}
