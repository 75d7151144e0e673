package reports

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// Limits of a response weight; beyond them its square would not add up.
const (
	minResponseWeight = 1e-9
	maxResponseWeight = 1e9
)

// Dataset is a survey's responses held in memory by column, ready for questions. It may be used by several goroutines.
type Dataset struct {
	layout *layout

	mu      sync.RWMutex
	table   *columns.Table
	screen  *scoring.Screen
	scored  *scoring.Scores // by the standard model
	row     columns.Row     // scratch of Append
	outside []uint32        // the row of each rating outside its scale, ascending
	upToSeq int64
	last    surveys.ResponseID // the one with that seq
	removed int                // times that responses were removed
	// elsewhere counts responses of which only sums are held, outsideElsewhere their ratings outside their scale.
	elsewhere, outsideElsewhere int

	versions map[int]*version // other than the one in force that responses were to, as far as they are known

	cacheMu sync.Mutex // held beside mu for reading; mu for writing needs no more
	cached  cache
	kept    kept
}

// NewDataset returns an empty data set for responses to the survey.
func NewDataset(s *surveys.Survey) *Dataset {
	l := newLayout(s)
	t := columns.New(len(l.rated), len(l.attributes))
	return &Dataset{
		layout: l, table: t,
		screen: l.screen(t),
		scored: l.scores(t),
		row:    columns.Row{Ratings: make([]byte, len(l.rated)), Attributes: make([]string, len(l.attributes))},
	}
}

// screen is that of a table for responses to the survey.
func (l *layout) screen(t *columns.Table) *scoring.Screen {
	s := l.survey
	rules := &scoring.Model{Items: l.items, Overall: l.overall, Recommend: l.recommend}
	return scoring.NewScreen(t, rules, l.attributeAt(string(s.Design.Cluster)),
		scoring.Rules{Duplicates: s.Screening.Duplicates, Careless: s.Screening.Careless, BreakOffs: s.Screening.BreakOffs})
}

// scores are those of a table by the standard model; of no dimension where there is none that fits, so that no question can be answered by it.
func (l *layout) scores(t *columns.Table) *scoring.Scores {
	if m, err := l.standard(); err == nil {
		if s, err := scoring.NewScores(t, m); err == nil {
			return s
		}
	}
	return new(scoring.Scores)
}

// Append adds one response; r is not kept. Its ratings and attributes are in the order of the survey's questionnaire. A rating outside
// its scale counts as skipped and is reported; a response weight of 0 is one that was not given, 1. Errors: another number of
// ratings or attributes than the questionnaire has, a response weight that is negative, not finite or beyond 1e-9..1e9.
func (d *Dataset) Append(r *surveys.Response) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.append(r)
}

func (d *Dataset) append(r *surveys.Response) error {
	l, row := d.layout, &d.row
	declared := len(l.attributes) - builtIn
	if len(r.Ratings) != len(l.rated) || len(r.Attributes) != declared {
		return fmt.Errorf("append response %v: %d ratings and %d attributes, survey %q has %d and %d",
			r.ID, len(r.Ratings), len(r.Attributes), l.survey.Key, len(l.rated), declared)
	}
	row.ResponseWeight = r.ResponseWeight
	if row.ResponseWeight == 0 {
		row.ResponseWeight = 1
	}
	if !(row.ResponseWeight >= minResponseWeight && row.ResponseWeight <= maxResponseWeight) {
		return fmt.Errorf("append response %v: response weight %v outside %g..%g", r.ID, r.ResponseWeight, minResponseWeight, maxResponseWeight)
	}
	outside := 0
	for i, code := range r.Ratings {
		if code < columns.NotRouted && int(code) >= len(l.items[i].Scores) {
			code = columns.Skipped
			outside++
		}
		row.Ratings[i] = code
	}
	copy(row.Attributes, r.Attributes)
	row.Attributes[declared] = string(r.Mode)
	row.Attributes[declared+1] = r.Language
	row.Attributes[declared+2] = string(r.Wave)
	row.Attributes[declared+3] = strconv.Itoa(r.Version)
	row.Respondent, row.Seq = r.Respondent, r.Seq
	row.Milliseconds = 0
	if ms := math.Round(r.Seconds * 1000); ms > 0 {
		row.Milliseconds = uint32(min(ms, math.MaxUint32))
	}
	row.Submitted = 0
	if !r.SubmittedAt.IsZero() {
		if s := r.SubmittedAt.Unix(); s > 0 && s <= math.MaxUint32 {
			row.Submitted = uint32(s)
		}
	}
	if err := d.table.Append(row); err != nil {
		return fmt.Errorf("append response %v: %w", r.ID, err)
	}
	for range outside {
		d.outside = append(d.outside, uint32(d.table.Len()-1))
	}
	d.screen.Update()
	d.scored.Update()
	if r.Seq >= d.upToSeq {
		d.upToSeq, d.last = r.Seq, r.ID
	}
	if d.cached.screened != nil {
		d.cached = cache{}
	}
	return nil
}

// Bytes is the memory that the responses take, without spare capacity and the names of levels.
func (d *Dataset) Bytes() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.table.Bytes()
}

// Len is the number of responses.
func (d *Dataset) Len() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.table.Len()
}

// stored is the number of responses that the data set stands for. The caller holds mu.
func (d *Dataset) stored() int { return d.table.Len() + d.elsewhere }

// Report answers a question. Errors: *surveys.InvalidError for a query that names an unknown attribute, value or model.
func (d *Dataset) Report(q Query) (*Report, error) {
	var r *Report
	err := d.question(q, func(asked *question) error {
		key := asked.key()
		d.cacheMu.Lock()
		r = d.cached.reports[key]
		d.cacheMu.Unlock()
		if r != nil {
			return nil
		}
		m, err := d.layout.model(asked.model)
		if err != nil {
			return err
		}
		if d.tabulable(asked) { // first of all: without a filter it counts what the sample asks for
			d.screening()
			d.tabulation(asked, m, whole(asked.by))
		}
		b, err := d.newBuilder(asked)
		if err != nil {
			return err
		}
		b.tabulate()
		b.begin()
		r = b.build()
		if q.Listed { // it holds something of every response
			return nil
		}
		d.cacheMu.Lock()
		defer d.cacheMu.Unlock()
		if d.cached.reports == nil || len(d.cached.reports) >= maxReports {
			d.cached.reports = map[string]*Report{}
		}
		d.cached.reports[key] = r
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := *r
	return &out, nil
}

// maxReports is the number of answers kept until a response comes.
const maxReports = 64

// cache keeps what reports on the same responses share.
type cache struct {
	screened *screened
	samples  recent[sampleKey, *scoring.Sample]
	reports  map[string]*Report
}

// screened is the outcome of the exclusion rules.
type screened struct {
	fates        []scoring.Fate
	milliseconds float64 // median; NaN if unknown
}

// Samples that are kept, and the memory that they may take if that is more than half of the responses'. Those of weightings of their own take
// 16 bytes a response and more.
const (
	keptSamples     = 12
	keptSampleBytes = 64 << 20
)

type sampleKey struct {
	model               surveys.ModelKey
	weighting           string // see weightingKey
	unweighted, allRows bool
}

// screening returns the fate of every response. The caller holds mu.
func (d *Dataset) screening() *screened {
	d.cacheMu.Lock()
	defer d.cacheMu.Unlock()
	if d.cached.screened == nil {
		d.screen.Settle()
		d.cached.screened = &screened{milliseconds: d.screen.MedianMilliseconds(), fates: d.screen.Fates()}
	}
	return d.cached.screened
}

// sample returns the valid responses, scored and weighted as asked. The caller holds mu.
func (d *Dataset) sample(q *question, s *screened) (*scoring.Sample, error) {
	key := sampleKey{q.model.Key, weightingKey(q.model.Weighting), q.Unweighted, q.AllRows}
	d.cacheMu.Lock()
	sample, ok := d.cached.samples.get(key)
	d.cacheMu.Unlock()
	if ok {
		return sample, nil
	}
	m, err := d.layout.model(q.model)
	if err != nil {
		return nil, err
	}
	scores, err := d.scores(q, m)
	if err != nil {
		return nil, err
	}
	plan := d.plan(q)
	switch sample, err = d.tabulatedSample(q, m, plan); {
	case err != nil:
	case sample != nil:
		sample = sample.ScoredBy(scores)
	default:
		scores.Update()
		rows := make([]uint32, 0, d.table.Len())
		for row, fate := range s.fates {
			if fate == scoring.Kept || q.AllRows {
				rows = append(rows, uint32(row))
			}
		}
		sample, err = scoring.NewScoredSample(scores, rows, plan)
	}
	var unfit *scoring.WeightingError
	if errors.As(err, &unfit) {
		return nil, unweightable(q.model.Weighting, unfit)
	}
	if err != nil {
		return nil, err
	}
	d.cacheMu.Lock()
	defer d.cacheMu.Unlock()
	d.cached.samples.find(key, keptSamples, func() *scoring.Sample { return sample })
	d.cached.samples.bound(max(keptSampleBytes, d.table.Bytes()/2), 1, (*scoring.Sample).Bytes)
	return sample, nil
}

// plan says how the responses were reached and what they stand for.
func (d *Dataset) plan(q *question) scoring.Plan {
	design := d.layout.survey.Design
	return scoring.Plan{Cluster: d.layout.attributeAt(string(design.Cluster)), Stratum: d.layout.attributeAt(string(design.Stratum)), Unweighted: q.Unweighted,
		Population: d.layout.population(q.model.Weighting)}
}
