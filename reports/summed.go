package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// SumIn lets a store sum up responses for reports instead of holding them in memory; it is called before any question. What the store cannot sum up is
// answered from memory, as are all other questions; told, if not nil, is told why.
func (l *Live) SumIn(store surveys.SumStore, told func(survey surveys.SurveyKey, reason string)) {
	l.sums, l.told = store, told
}

// unsummed says why a question is not answered by the sums of a store.
type unsummed string

func (u unsummed) Error() string { return string(u) }

// summed answers a question by the store's sums. Errors: those of Report, unsummed.
func (l *Live) summed(ctx context.Context, key surveys.SurveyKey, q Query) (*Report, error) {
	s, err := l.store.FindSurvey(ctx, key, 0)
	if err != nil {
		return nil, err
	}
	in := newLayout(s)
	asked, err := in.resolve(q)
	if err != nil {
		return nil, err
	}
	m, err := in.model(asked.model)
	if err != nil {
		return nil, err
	}
	switch {
	case asked.Listed:
		return nil, unsummed("every response is listed")
	case asked.model.Weighting != nil && !asked.Unweighted:
		return nil, unsummed("the model weights responses to a population")
	}
	for range mostTries {
		state, err := l.sums.SumState(ctx, key)
		if err != nil {
			return nil, err
		}
		if r := l.answered(asked, s, state, nil); r != nil {
			return r, nil
		}
		r, err := l.sum(ctx, NewDataset(s), q, asked, m)
		if err != nil {
			return nil, err
		}
		after, err := l.sums.SumState(ctx, key)
		if err != nil {
			return nil, err
		}
		if after.Removals == state.Removals { // else some sums are with what was removed, some without
			return l.answered(asked, s, state, r), nil
		}
	}
	return nil, unsummed("responses are being removed")
}

// mostTries is how often sums are taken anew because responses were removed meanwhile.
const mostTries = 3

// sum takes the sums of the responses that there are, and answers by them.
func (l *Live) sum(ctx context.Context, d *Dataset, q Query, asked *question, m *scoring.Model) (*Report, error) {
	sq, err := l.sumQuery(ctx, d, asked)
	if err != nil {
		return nil, err
	}
	sum := &summing{builder: &builder{layout: d.layout, table: d.table, q: asked, model: m, d: d}, store: l.sums, query: sq}
	if err := sum.sums(ctx); err != nil {
		return nil, err
	}
	return d.Report(q)
}

// answered returns the answer that is kept to a question about the responses of a state, nil for none; one that is given is kept.
func (l *Live) answered(asked *question, s *surveys.Survey, state surveys.SumState, given *Report) *Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := fmt.Sprintf("%s@%d %v|%s", s.Key, s.Version, state, asked.key())
	if given != nil || l.reports.values[key] != nil {
		given = l.reports.find(key, maxReports, func() *Report { return given })
		out := *given
		return &out
	}
	return nil
}

// sumQuery says which responses there are, and how they are read and scored; it notes in d what it learns of them.
func (l *Live) sumQuery(ctx context.Context, d *Dataset, asked *question) (*surveys.SumQuery, error) {
	in := d.layout
	q := &surveys.SumQuery{Survey: in.survey.Key, Version: in.survey.Version, Overall: in.overall,
		Cluster: in.attributeAt(string(in.survey.Design.Cluster)), Stratum: in.attributeAt(string(in.survey.Design.Stratum)),
		Missing: asked.model.Missing, Screening: in.survey.Screening,
		Period: asked.filter().Period, From: asked.from, To: asked.to, Nothing: asked.never, AllRows: asked.AllRows}
	for i, it := range in.items {
		q.Items = append(q.Items, surveys.SumItem{Low: it.Low, Scores: it.Scores, Rating: it.Rating, Positions: map[int]int{q.Version: i}})
	}
	for i, a := range in.attributes {
		x := surveys.SumAttribute{Key: a.key, BuiltIn: i >= len(in.attributes)-builtIn, Versions: []int{q.Version}}
		if !x.BuiltIn {
			x.Levels = a.levels()
		}
		q.Attributes = append(q.Attributes, x)
	}
	for _, x := range asked.model.Dimensions {
		dimension := surveys.SumDimension{DimensionWeight: x.DimensionWeight}
		for _, u := range x.Items {
			dimension.Items = append(dimension.Items, slices.IndexFunc(in.rated, func(it surveys.Item) bool { return it.Key == u.Item }))
			dimension.ItemWeights = append(dimension.ItemWeights, u.ItemWeight)
		}
		q.Dimensions = append(q.Dimensions, dimension)
	}
	for _, w := range asked.where {
		q.Where = append(q.Where, surveys.SumCondition{Attribute: w.Attribute, Levels: w.Values})
	}
	stored, err := l.sums.CountVersions(ctx, q.Survey)
	if err != nil {
		return nil, err
	}
	for _, c := range stored {
		if c.Weighted && !asked.Unweighted {
			return nil, unsummed("responses have weights of their own")
		}
		d.elsewhere += c.N
		d.upToSeq = max(d.upToSeq, c.LastSeq)
		if c.Version == q.Version {
			continue
		}
		old, err := l.store.FindSurvey(ctx, q.Survey, c.Version)
		if err != nil {
			return nil, fmt.Errorf("version %d: %w", c.Version, err)
		}
		v := newVersion(old, in)
		d.know(v)
		for i, at := range v.item {
			if at != scoring.None {
				q.Items[i].Positions[c.Version] = at
			}
		}
		for i, at := range v.attribute {
			if at != scoring.None {
				q.Attributes[i].Versions = append(q.Attributes[i].Versions, c.Version)
			}
		}
	}
	q.UpToSeq = d.upToSeq
	version := d.table.Attribute(in.attributeAt(attributeVersion))
	for _, c := range stored {
		version.Add(fmt.Sprint(c.Version))
	}
	return q, nil
}

// asUnsummed returns the reason why a question was not answered by sums.
func asUnsummed(err error) (reason string, ok bool) {
	var u unsummed
	ok = errors.As(err, &u)
	return string(u), ok
}
