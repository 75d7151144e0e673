package reports

import (
	"fmt"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// kept are the selections and sums of earlier questions, and the scores by models other than the standard one. They outlive new responses, which
// are added to them when they are needed again.
type kept struct {
	scores      map[surveys.ModelKey]*scoring.Scores
	selections  recent[string, *scoring.Selection]
	tabulations recent[string, *scoring.Tabulation]
	predictors  recent[string, *scoring.PredictorSums]
}

// Selections, of 1 bit a response, and sums that are kept, and the memory that all sums of a kind may take. The sums of the design and those of the
// last questions may take more, for to take them again at each new response would cost more; beyond mostSumBytes, as sums by the margins of a
// population, it is those of the design and of the last question.
const (
	keptSelections = 16
	keptSums       = 16
	keptSumBytes   = 24 << 20
	leastSums      = 4
	mostSumBytes   = 64 << 20
)

// recent keeps the values used last.
type recent[K comparable, V any] struct {
	keys   []K // the latest last
	values map[K]V
}

// find returns the value of a key, a new one where it is not kept.
func (r *recent[K, V]) find(key K, limit int, add func() V) V {
	v, ok := r.get(key)
	if ok {
		return v
	}
	v = add()
	if r.values == nil {
		r.values = map[K]V{}
	}
	if len(r.keys) == limit {
		r.drop()
	}
	r.values[key], r.keys = v, append(r.keys, key)
	return v
}

// get returns the value of a key if it is kept.
func (r *recent[K, V]) get(key K) (v V, ok bool) {
	if v, ok = r.values[key]; ok {
		r.keys = append(slices.DeleteFunc(r.keys, func(k K) bool { return k == key }), key)
	}
	return v, ok
}

// drop forgets the value that was not used for longest.
func (r *recent[K, V]) drop() {
	delete(r.values, r.keys[0])
	r.keys = r.keys[1:]
}

// bound drops values, but not so many of the latest, until the rest take no more memory than that.
func (r *recent[K, V]) bound(limit, least int, bytes func(V) int) {
	all := 0
	for _, v := range r.values {
		all += bytes(v)
	}
	for all > limit && len(r.keys) > least {
		all -= bytes(r.values[r.keys[0]])
		r.drop()
	}
}

// boundSums keeps the memory of sums small, unless their responses are not at hand to take them again. The caller holds cacheMu.
func (d *Dataset) boundSums() {
	if d.elsewhere > 0 {
		return
	}
	for _, b := range []struct{ bytes, least int }{{keptSumBytes, leastSums}, {mostSumBytes, 2}} {
		d.kept.tabulations.bound(b.bytes, b.least, (*scoring.Tabulation).Bytes)
		d.kept.predictors.bound(b.bytes, b.least, (*scoring.PredictorSums).Bytes)
	}
}

// key tells questions apart whose answers differ.
func (q *question) key() string {
	f := q.filter()
	return fmt.Sprintf("%s|%v|%t|%v|%s|%d %d|%t", q.model.Key, weightingKey(q.model.Weighting), q.Unweighted, q.by, f.Key(), q.From.UnixNano(), q.To.UnixNano(), q.Listed)
}

// filter is what the question selects.
func (q *question) filter() scoring.Filter {
	return scoring.Filter{Where: q.where, Period: q.from != 0 || q.to != 0 || !q.From.IsZero(), From: q.from, To: q.to, Nothing: q.never, AllRows: q.AllRows}
}

// selection is what the question selects, up to date. The caller holds mu, and has settled the screen.
func (d *Dataset) selection(f scoring.Filter) *scoring.Selection {
	d.cacheMu.Lock()
	defer d.cacheMu.Unlock()
	return d.selectionLocked(f)
}

func (d *Dataset) selectionLocked(f scoring.Filter) *scoring.Selection {
	s := d.kept.selections.find(f.Key(), keptSelections, func() *scoring.Selection { return scoring.NewSelection(d.table, d.screen, f) })
	s.Update()
	return s
}

// tabulable reports whether figures can be had of sums: response weights, where they count, are few different ones.
func (d *Dataset) tabulable(q *question) bool {
	return q.Unweighted || !d.table.Weighted() || d.table.Attribute(d.table.WeightAttribute()) != nil
}

// tabulatedSample is the sample of an answer; nil where it cannot be had of sums. Errors: a *scoring.WeightingError.
func (d *Dataset) tabulatedSample(q *question, m *scoring.Model, p scoring.Plan) (*scoring.Sample, error) {
	if !d.tabulable(q) {
		return nil, nil
	}
	d.cacheMu.Lock()
	defer d.cacheMu.Unlock()
	f := scoring.Filter{AllRows: q.AllRows}
	for _, key := range slices.Backward(d.kept.tabulations.keys) { // an unfiltered question has counted them, too
		if t := d.kept.tabulations.values[key]; t.Of(f, p) && t.Update() {
			return t.Sample(m, p)
		}
	}
	t := d.countedLocked(f, p)
	if t == nil {
		return nil, nil
	}
	return t.Sample(m, p)
}

// countedLocked are the responses that a filter selects, counted by sampling unit and the levels of margins; nil where that cannot be had.
func (d *Dataset) countedLocked(f scoring.Filter, p scoring.Plan) *scoring.Tabulation {
	t := d.kept.tabulations.find(d.designKey(f, p), keptSums, func() *scoring.Tabulation {
		return scoring.NewTabulation(d.selectionLocked(f), nil, p, [][]int{nil}, nil, nil)
	})
	if !t.Update() {
		return nil
	}
	d.boundSums()
	return t
}

// tabulate finds the sums that the figures of a report need, where they can be had.
func (b *builder) tabulate() { b.tabulateBy(b.q.by) }

// tabulateBy finds them for segmentations other than those of the question.
func (b *builder) tabulateBy(segmentations [][]int) {
	if !b.sample.Tabulated() {
		return
	}
	b.tab = b.d.tabulation(b.q, b.model, whole(segmentations))
}

// whole are segmentations and before them all responses together.
func whole(segmentations [][]int) [][]int { return append([][]int{nil}, segmentations...) }

// tabulation is one of a question by some segmentations and perhaps more, up to date; nil where it cannot be had.
func (d *Dataset) tabulation(q *question, m *scoring.Model, by [][]int) *scoring.Tabulation {
	scores, err := d.scores(q, m)
	if err != nil {
		return nil
	}
	d.cacheMu.Lock()
	defer d.cacheMu.Unlock()
	f, plan := q.filter(), d.plan(q)
	for _, key := range slices.Backward(d.kept.tabulations.keys) {
		if t := d.kept.tabulations.values[key]; t.Of(f, plan) && t.Answers(scores, by) && t.Update() {
			d.kept.tabulations.get(key)
			return t
		}
	}
	t := d.kept.tabulations.find(d.tabulationKey(q, by, plan), keptSums, func() *scoring.Tabulation {
		return scoring.NewTabulation(d.selectionLocked(f), scores, plan, by, d.layout.inGroups(), d.layout.inWhole())
	})
	if !t.Update() {
		return nil
	}
	d.boundSums()
	return t
}

// scores are those of the responses by the question's model, as far as they were needed. Errors: a model that does not fit.
func (d *Dataset) scores(q *question, m *scoring.Model) (*scoring.Scores, error) {
	if q.model.Key == d.layout.survey.Models[0].Key {
		return d.scored, nil
	}
	d.cacheMu.Lock()
	defer d.cacheMu.Unlock()
	if scores := d.kept.scores[q.model.Key]; scores != nil {
		return scores, nil
	}
	scores, err := scoring.NewScores(d.table, m)
	if err != nil {
		return nil, err
	}
	if d.kept.scores == nil {
		d.kept.scores = map[surveys.ModelKey]*scoring.Scores{}
	}
	d.kept.scores[q.model.Key] = scores
	return scores, nil
}

// predictorSums are the sums of a driver analysis, where they can be had; else nil.
func (b *builder) predictorSums(predictors []predictor) *scoring.Predictors {
	d, q := b.d, b.q
	if !b.sample.Tabulated() || len(predictors) == 0 {
		return nil
	}
	var items []int
	for _, p := range predictors {
		if p.item {
			items = append(items, p.at)
		}
	}
	scores, err := d.scores(q, b.model)
	if err != nil {
		return nil
	}
	d.cacheMu.Lock()
	defer d.cacheMu.Unlock()
	f, plan := q.filter(), d.plan(q)
	t := d.kept.predictors.find(fmt.Sprintf("%s|%v|%v|%s", q.model.Key, items, plan.Margins(d.table), f.Key()), keptSums, func() *scoring.PredictorSums {
		return scoring.NewPredictorSums(d.selectionLocked(f), scores, plan, b.overall, items)
	})
	if !t.Update() {
		return nil
	}
	d.boundSums()
	return t.Of(b.sample)
}

// designKey and tabulationKey tell tabulations apart.
func (d *Dataset) designKey(f scoring.Filter, p scoring.Plan) string {
	return fmt.Sprintf("design %v|%s", p.Margins(d.table), f.Key())
}

func (d *Dataset) tabulationKey(q *question, by [][]int, p scoring.Plan) string {
	f := q.filter()
	return fmt.Sprintf("%s|%v|%v|%s", q.model.Key, by, p.Margins(d.table), f.Key())
}

// inGroups are the items whose answers are counted in every segment.
func (l *layout) inGroups() (items []int) {
	for _, i := range []int{l.overall, l.recommend} {
		if i != scoring.None {
			items = append(items, i)
		}
	}
	return items
}

// inWhole are the other items whose answers are counted.
func (l *layout) inWhole() (items []int) {
	for i, it := range l.rated {
		if l.shownItem(it) && i != l.overall && i != l.recommend {
			items = append(items, i)
		}
	}
	return items
}

func (l *layout) shownItem(it surveys.Item) bool {
	return it.Kind == surveys.KindRating || it.Kind == surveys.KindAgain
}
