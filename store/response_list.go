package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"

	"paxscore/surveys"
)

// pageSize is how many responses one query of ListResponses reads.
const pageSize = 5000

// ListResponses streams what a filter selects by ascending seq; an empty survey key selects all surveys. The value, its
// Ratings and its Attributes are valid until the next iteration. It reads page by page and holds no connection while the
// caller works, so a slow reader hinders nobody; responses committed meanwhile are seen at the end.
func (s *Store) ListResponses(ctx context.Context, f surveys.ResponseFilter) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		p := &responsePage{store: s, versions: map[versionKey]*published{}, texts: map[string]string{}}
		switch last, bounded, err := s.settled(ctx); {
		case err != nil:
			yield(nil, s.wrap("list responses", err))
			return
		case bounded && last == 0:
			return
		case bounded && (f.UpToSeq == 0 || f.UpToSeq > last):
			f.UpToSeq = last
		}
		for after := f.AfterSeq; ; {
			more, err := p.read(ctx, f, after)
			if err != nil {
				yield(nil, s.wrap("list responses", err))
				return
			}
			for i := range p.responses {
				if !yield(&p.responses[i], nil) {
					return
				}
			}
			if !more {
				return
			}
			if n := len(p.responses); n > 0 {
				after = p.responses[n-1].Seq
			}
		}
	}
}

// responsePage holds the responses of one query. Its memory serves the next page too.
type responsePage struct {
	store     *Store
	responses []surveys.Response
	cells     [columns + 1]cell
	versions  map[versionKey]*published // those met so far
	texts     map[string]string         // texts that occur again and again are kept once
}

// maxTexts bounds the texts that a page keeps.
const maxTexts = 20000

// read fills the page with what follows after; more says that the page is not the last.
func (p *responsePage) read(ctx context.Context, f surveys.ResponseFilter, after int64) (more bool, err error) {
	missing, err := p.query(ctx, f, after)
	if err != nil {
		return false, err
	}
	if missing == (versionKey{}) {
		return len(p.responses) == pageSize, nil
	}
	p.versions[missing], err = p.store.findVersion(ctx, missing.survey, missing.version)
	if err != nil {
		return false, fmt.Errorf("find version %d of survey %q: %w", missing.version, missing.survey, err)
	}
	return true, nil
}

// query reads responses up to the first whose version it has not met. It does not look that version up itself: readers
// that each hold a connection and wait for another one could wait for each other.
func (p *responsePage) query(ctx context.Context, f surveys.ResponseFilter, after int64) (missing versionKey, err error) {
	d := p.store.dialect
	upTo := f.UpToSeq
	if upTo == 0 {
		upTo = math.MaxInt64
	}
	query := "SELECT " + columnNames + ", seq FROM responses WHERE seq > " + d.placeholder(1) + " AND seq <= " + d.placeholder(2)
	args := []any{after, upTo}
	if f.Survey != "" {
		query += " AND survey = " + d.placeholder(3)
		args = append(args, string(f.Survey))
	}
	query += fmt.Sprintf(" ORDER BY seq LIMIT %d", pageSize)

	p.responses = p.responses[:0]
	rows, err := p.store.reads.Statement.ConnPool.QueryContext(ctx, query, args...)
	if err != nil {
		return missing, err
	}
	defer rows.Close()
	var targets [len(p.cells)]any
	for i := range p.cells {
		targets[i] = &p.cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets[:]...); err != nil {
			return missing, err
		}
		k := versionKey{surveys.SurveyKey(p.text(p.cells[6].text())), int(p.cells[5].integer())}
		version := p.versions[k]
		if version == nil {
			return k, rows.Close()
		}
		if n := len(p.responses); n < cap(p.responses) {
			p.responses = p.responses[:n+1]
		} else {
			p.responses = append(p.responses, surveys.Response{})
		}
		if err := p.decode(version, &p.responses[len(p.responses)-1]); err != nil {
			return missing, err
		}
	}
	return missing, rows.Err()
}

// decode fills r from the cells, reusing its slices.
func (p *responsePage) decode(version *published, r *surveys.Response) error {
	c := &p.cells
	var id idCell
	var received, submitted instant
	for _, scan := range []error{id.Scan(c[0].v), received.Scan(c[1].v), submitted.Scan(c[2].v)} {
		if scan != nil {
			return scan
		}
	}
	*r = surveys.Response{
		ID: surveys.ResponseID(id), Seq: c[15].integer(), ReceivedAt: received.Time, SubmittedAt: submitted.Time,
		ResponseWeight: c[3].float(), Seconds: c[4].float(), Version: int(c[5].integer()),
		Survey: version.survey.Key, Wave: surveys.WaveKey(p.text(c[7].text())),
		Mode: surveys.Mode(p.text(c[8].text())), Language: p.text(c[9].text()), Respondent: c[10].text(),
		Ratings: append(r.Ratings[:0], c[11].bytes()...), Attributes: r.Attributes,
	}
	copy(r.Digest[:], c[14].bytes())
	if c[13].v != nil {
		if err := json.Unmarshal(c[13].bytes(), &r.Comments); err != nil {
			return fmt.Errorf("response %s: read comments: %w", r.ID, err)
		}
	}
	n := len(version.attribute)
	if cap(r.Attributes) < n {
		r.Attributes = make([]string, n)
	}
	r.Attributes = r.Attributes[:n]
	clear(r.Attributes)
	err := eachString(c[12].text(), func(key, value string) {
		if i, ok := version.attribute[key]; ok {
			r.Attributes[i] = p.text(value)
		}
	})
	if err != nil {
		return fmt.Errorf("response %s: read attributes: %w", r.ID, err)
	}
	return nil
}

// text returns one copy of equal texts.
func (p *responsePage) text(s string) string {
	if s == "" {
		return ""
	}
	if t, ok := p.texts[s]; ok {
		return t
	}
	// s may be part of a longer text, which it must not keep alive.
	t := string([]byte(s))
	if len(p.texts) < maxTexts {
		p.texts[t] = t
	}
	return t
}
