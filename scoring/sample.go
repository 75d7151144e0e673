package scoring

import (
	"slices"
	"sync"
	"sync/atomic"

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

// Margins are the attributes of a table that its responses are weighted by: those of the population's margins, and that of the response weights.
func (p *Plan) Margins(t *columns.Table) (attributes []int) {
	if p.Unweighted {
		return nil
	}
	if p.Population != nil {
		for i := range p.Population.Margins {
			attributes = append(attributes, p.Population.Margins[i].Attribute)
		}
	}
	if t.Weighted() {
		attributes = append(attributes, t.WeightAttribute())
	}
	return attributes
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
// part of it the estimate is about (METHOD section 6). Responses are named by positions, which ascend with the rows of the table. It does not
// change.
type Sample struct {
	table   *columns.Table
	model   *Model
	plan    Plan
	rows    []uint32  // of each position; nil where a position is its row
	weights []float64 // by position; nil while all are 1 or found by cell

	// A sample of a tabulation knows what follows, the rest is filled in when it is asked for.
	size, unitCount, strataCount int
	clustered                    bool
	selection                    *Selection
	tabulated                    *unitFrame
	cellWeights                  *cellWeights // nil where all are 1
	filling                      *filling

	frame
	scores  *Scores
	units   *unitNumbers  // nil where each response is a sampling unit of its own
	stratum *levelNumbers // of each position; nil for one stratum

	// Unclustered counts responses whose cluster is unknown; each is taken for a unit of its own.
	Unclustered int
	// Unstratified counts responses whose stratum is unknown; together they are taken for one more stratum.
	Unstratified int
	// Weighting says what was done about weights.
	Weighting Weighting
}

// filling is done once, and then the sample takes so much memory.
type filling struct {
	once  sync.Once
	bytes atomic.Int64
}

// NewSample scores the rows of the table that are valid, ascending, and lays out their design. Errors: a model that does not fit the table, a
// *WeightingError.
func NewSample(t *columns.Table, m *Model, rows []uint32, p Plan) (*Sample, error) {
	scores, err := NewScores(t, m)
	if err != nil {
		return nil, err
	}
	scores.Update()
	return NewScoredSample(scores, rows, p)
}

// NewScoredSample is NewSample of rows that are scored. Errors: a *WeightingError.
func NewScoredSample(scores *Scores, rows []uint32, p Plan) (*Sample, error) {
	s := &Sample{table: scores.table, model: scores.model, plan: p, rows: rows, size: len(rows), scores: scores, frame: frame{strata: 1}}
	s.layOut()
	s.unitCount, s.strataCount, s.clustered = s.n, s.strata, s.units != nil
	if err := s.weigh(p); err != nil {
		return nil, err
	}
	return s, nil
}

// ScoredBy takes scores by the sample's model, which are brought up to date once they are asked for; else a sample of a tabulation makes its own. It is
// called before anything else and returns the sample.
func (s *Sample) ScoredBy(scores *Scores) *Sample {
	s.scores = scores
	return s
}

// fill finds what a sample that comes of a tabulation needs beyond it. Its positions are rows.
func (s *Sample) fill() {
	if s.selection == nil {
		return
	}
	s.filling.once.Do(func() {
		defer func() { s.filling.bytes.Store(int64(s.bytes())) }()
		if s.scores == nil {
			// A model was held against the table when the tabulation was made.
			s.scores, _ = NewScores(s.table, s.model)
		}
		s.scores.Update()
		if f := s.tabulated; f.unclustered == 0 {
			s.layOutAs(f)
		} else {
			s.frame = frame{strata: 1}
			s.layOut()
		}
	})
}

func (s *Sample) weightOf(position int) float64 {
	switch {
	case s.weights != nil:
		return s.weights[position]
	case s.cellWeights != nil: // positions are rows
		return s.cellWeights.weight[s.cellWeights.cell(uint32(position))]
	}
	return 1
}

// readWeights are the weights at some positions, valid until the next reading; nil where all are 1.
func (s *Sample) readWeights(r *reading, positions []uint32) []float64 {
	if s.Even() {
		return nil
	}
	out := r.weight[:len(positions)]
	if s.cellWeights != nil {
		s.cellWeights.read(positions, r.code, out)
		return out
	}
	for i, p := range positions {
		out[i] = s.weights[p]
	}
	return out
}

// Bytes is the memory that grows with the responses, without scores and selections, which others use, too.
func (s *Sample) Bytes() int {
	if s.filling != nil {
		return int(s.filling.bytes.Load())
	}
	return s.bytes()
}

func (s *Sample) bytes() int {
	n := 4*cap(s.rows) + 8*cap(s.weights)
	if s.units != nil {
		n += 4 * cap(s.units.list)
	}
	if r := s.residual; r != nil {
		n += 4*cap(r.cell) + 8*cap(r.base) + 16*cap(r.parts)
	}
	return n
}

// Len is the number of valid responses.
func (s *Sample) Len() int { return s.size }

// Room is a number above every position.
func (s *Sample) Room() int {
	if s.selection != nil {
		return s.table.Len()
	}
	return len(s.rows)
}

// Row is the row of the table at a position.
func (s *Sample) Row(position uint32) uint32 {
	if s.rows == nil {
		return position
	}
	return s.rows[position]
}

// Rows are the rows of the table, in the order of their positions. The caller does not change them.
func (s *Sample) Rows() []uint32 {
	if s.selection != nil {
		return s.selection.Rows()
	}
	return s.rows
}

// RowsOf are the rows at some positions, ones that may be the positions themselves. The caller does not change them.
func (s *Sample) RowsOf(positions []uint32) []uint32 {
	if s.rows == nil {
		return positions
	}
	out := make([]uint32, len(positions))
	for i, p := range positions {
		out[i] = s.rows[p]
	}
	return out
}

// Within are the positions whose rows are in a selection.
func (s *Sample) Within(in *Selection) []uint32 {
	if all := s.selection; all != nil && len(all.Where) == 0 && !all.Period && !all.Nothing && all.AllRows == in.AllRows {
		return in.Rows()
	}
	out := make([]uint32, 0, min(in.Valid(), s.size))
	s.eachBlock(func(positions, rows []uint32) {
		for i, row := range rows {
			if in.Has(row) {
				out = append(out, positions[i])
			}
		}
	})
	return out
}

// Tabulated reports whether the sample comes of a Tabulation.
func (s *Sample) Tabulated() bool { return s.tabulated != nil }

// Even reports whether every response counts once.
func (s *Sample) Even() bool { return s.weights == nil && s.cellWeights == nil }

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
	if s.selection != nil {
		return s.selection.Rows()
	}
	out := make([]uint32, len(s.rows))
	for i := range out {
		out[i] = uint32(i)
	}
	return out
}

// listed is a sample with positions from 0 in the order of its rows, and a domain's positions in it.
func (s *Sample) listed(domain []uint32) (*Sample, []uint32) {
	if s.selection == nil {
		return s, domain
	}
	rows := s.Rows()
	out, err := NewScoredSample(s.scores, rows, s.plan)
	if err != nil {
		return s, domain // what could be weighted can be again
	}
	positions := make([]uint32, len(domain))
	for i, row := range domain {
		at, _ := slices.BinarySearch(rows, row)
		positions[i] = uint32(at)
	}
	return out, positions
}

// eachBlock gives all positions and their rows, a block at a time.
func (s *Sample) eachBlock(f func(positions, rows []uint32)) {
	block := make([]uint32, 0, readBlock)
	if s.selection != nil {
		for from := 0; from < s.selection.rows; from += readBlock {
			block = s.selection.append(block[:0], from, min(from+readBlock, s.selection.rows))
			f(block, block)
		}
		return
	}
	for from := 0; from < len(s.rows); from += readBlock {
		rows := s.rows[from:min(from+readBlock, len(s.rows))]
		block = block[:0]
		for i := range rows {
			block = append(block, uint32(from+i))
		}
		f(block, rows)
	}
}

// Index holds the overall score of each position, 0..100; NaN where it is not valid.
func (s *Sample) Index() Values { return s.valuesOf(IndexFigure) }

// Dimension holds a dimension's score of each position, 0..100; NaN where it is not valid.
func (s *Sample) Dimension(d int) Values { return s.valuesOf(Figure(d)) }

func (s *Sample) valuesOf(f Figure) Values {
	s.fill()
	out := Values{rows: s.rows, shift: scoreShift}
	switch f {
	case IndexFigure, CompleteFigure:
		out.column = s.scores.indexValues(f == CompleteFigure)
	default:
		out.column = s.scores.dimensions[f].values()
	}
	return out
}

// coded holds a number for each answer to an item.
func (s *Sample) coded(item int, values []float64, shift float64) Values {
	s.fill()
	return Values{column: newItemValues(s.table.Item(item), values), rows: s.rows, shift: shift}
}
