package scoring

import (
	"fmt"
	"sync"

	"paxscore/scoring/columns"
	"paxscore/scoring/stats"
)

// Plan says how the responses of a table were reached and what they stand for. Attributes are positions in the table.
type Plan struct {
	Cluster    int  // primary sampling unit, or None for the respondent
	Stratum    int  // or None
	Unweighted bool // leave out response weights and population
	// Population is what responses are weighted to; nil for none.
	Population *Population
}

// frame is the sampling units of a design and their strata.
type frame struct {
	n        int          // sampling units, responses that are units of their own among them
	strata   int          // 1 or more
	design   stats.Design // over the units that have sums of their own
	sizes    []int        // sampling units in each stratum
	residual *residuals   // nil while weights are treated as fixed
}

// unitStratum is the stratum of a unit that has sums of its own.
func (f *frame) unitStratum(unit int) int {
	if f.design.Stratum == nil {
		return 0
	}
	return f.design.Stratum[unit]
}

// Sample is the valid responses of a table, scored by a model and weighted: the design that every estimate keeps, whatever
// part of it the estimate is about (METHOD section 6). Positions count from 0 in the order of the rows. It does not change.
type Sample struct {
	table   *columns.Table
	model   *Model
	plan    Plan
	rows    []uint32
	weights []float64 // nil while all are 1

	// A sample of a tabulation knows the numbers that follow, the rest is filled in when it is asked for.
	size, unitCount, strataCount int
	clustered                    bool
	selection                    *Selection
	tabulated                    *unitFrame
	once                         *sync.Once

	frame
	units   []uint32 // sampling unit of each position; nil where each response is its own
	stratum []uint32 // of each position; nil for one stratum

	index      []float64
	dimensions [][]float64

	// Unclustered counts responses whose cluster is unknown; each is taken for a unit of its own.
	Unclustered int
	// Unstratified counts responses whose stratum is unknown; together they are taken for one more stratum.
	Unstratified int
	// Weighting says what was done about weights.
	Weighting Weighting
}

// NewSample scores the rows of the table that are valid and lays out their design. Errors: a model that does not fit the table, a
// *WeightingError.
func NewSample(t *columns.Table, m *Model, rows []uint32, p Plan) (*Sample, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	if t.Items() != len(m.Items) {
		return nil, fmt.Errorf("score responses: the table has %d items, the model %d", t.Items(), len(m.Items))
	}
	s := &Sample{table: t, model: m, plan: p, rows: rows, frame: frame{strata: 1}}
	s.score()
	s.layOut(p)
	s.size, s.unitCount, s.strataCount, s.clustered = len(rows), s.n, s.strata, s.units != nil
	if err := s.weigh(p); err != nil {
		return nil, err
	}
	return s, nil
}

// fill scores the responses of a sample that comes of a tabulation.
func (s *Sample) fill() {
	if s.selection == nil {
		return
	}
	s.once.Do(func() {
		s.rows, s.frame = s.selection.Rows(), frame{strata: 1}
		s.score()
		s.layOut(s.plan)
	})
}

func (s *Sample) score() {
	s.index = make([]float64, len(s.rows))
	s.dimensions = make([][]float64, len(s.model.Dimensions))
	for d := range s.dimensions {
		s.dimensions[d] = make([]float64, len(s.rows))
	}
	s.model.scoreAll(s.table, s.rows, s.dimensions, s.index)
}

// layOut numbers strata and sampling units in the order met. Units are nested in strata: a cluster in two strata is two units.
func (s *Sample) layOut(p Plan) {
	if p.Stratum != None {
		s.stratum, s.strata, s.Unstratified = s.number(p.Stratum)
	}
	s.sizes = make([]int, s.strata)
	for i := range s.rows {
		s.sizes[s.stratumOf(i)]++
	}
	s.n = len(s.rows)
	if p.Cluster == None {
		return
	}
	var clusters int
	var cluster []uint32
	cluster, clusters, s.Unclustered = s.number(p.Cluster)
	if s.Unclustered == len(s.rows) {
		return
	}
	unknown, hasUnknown := s.table.Attribute(p.Cluster).Level("")
	unit := map[[2]uint32]uint32{}
	s.units = make([]uint32, len(s.rows))
	var of []int
	for i, row := range s.rows {
		h := s.stratumOf(i)
		key := [2]uint32{uint32(h), cluster[i]}
		if hasUnknown && s.table.Attribute(p.Cluster).At(row) == unknown {
			key[1] = uint32(clusters + i)
		}
		u, ok := unit[key]
		if !ok {
			u = uint32(len(of))
			unit[key] = u
			of = append(of, h)
		}
		s.units[i] = u
	}
	s.n = len(of)
	s.design = stats.Design{Stratum: of, Strata: s.strata}
	s.sizes = make([]int, s.strata)
	for _, h := range of {
		s.sizes[h]++
	}
}

// number gives the levels of an attribute that the sample has running numbers, and counts the responses where it is unknown.
func (s *Sample) number(attribute int) (of []uint32, levels, unknown int) {
	a := s.table.Attribute(attribute)
	blank, hasBlank := a.Level("")
	of = a.LevelsOf(s.rows)
	number := make([]uint32, len(a.Levels())) // 0: not met, else number + 1
	for i, code := range of {
		if hasBlank && code == blank {
			unknown++
		}
		if number[code] == 0 {
			levels++
			number[code] = uint32(levels)
		}
		of[i] = number[code] - 1
	}
	return of, max(levels, 1), unknown
}

func (s *Sample) stratumOf(position int) int {
	if s.stratum == nil {
		return 0
	}
	return int(s.stratum[position])
}

func (s *Sample) weightOf(position int) float64 {
	if s.weights == nil {
		return 1
	}
	return s.weights[position]
}

// Len is the number of valid responses.
func (s *Sample) Len() int { return s.size }

// Row is the row of the table at a position.
func (s *Sample) Row(position uint32) uint32 {
	s.fill()
	return s.rows[position]
}

// Rows are the rows of the table, by position. The caller does not change them.
func (s *Sample) Rows() []uint32 {
	s.fill()
	return s.rows
}

// Tabulated reports whether the sample comes of a Tabulation.
func (s *Sample) Tabulated() bool { return s.tabulated != nil }

// Clustered reports whether sampling units hold more than one response each.
func (s *Sample) Clustered() bool { return s.clustered }

// Units is the number of primary sampling units.
func (s *Sample) Units() int { return s.unitCount }

// Strata is the number of strata.
func (s *Sample) Strata() int { return s.strataCount }

// DF is the degrees of freedom of the whole design: units less strata.
func (s *Sample) DF() int { return max(0, s.unitCount-s.strataCount) }

// All returns every position.
func (s *Sample) All() []uint32 {
	s.fill()
	out := make([]uint32, len(s.rows))
	for i := range out {
		out[i] = uint32(i)
	}
	return out
}

// Index holds the overall score of each position, 0..100; NaN where it is not valid.
func (s *Sample) Index() Values {
	s.fill()
	return Values{x: s.index, shift: scoreShift}
}

// Dimension holds a dimension's score of each position, 0..100; NaN where it is not valid.
func (s *Sample) Dimension(d int) Values {
	s.fill()
	return Values{x: s.dimensions[d], shift: scoreShift}
}
