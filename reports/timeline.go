package reports

import (
	"fmt"
	"math"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// timeline is the domain divided by time: periods without a gap, and last the responses of unknown time.
type timeline struct {
	starts  []time.Time // of the periods, and the end of the last; nil along an attribute
	keys    []string
	members [][]uint32 // of the periods, then of unknown time or level
}

func (b *builder) timeline(q TrendQuery) (*timeline, error) {
	domain := b.domain
	if b.hidden { // nothing is told of a hidden selection, not even when it was
		domain = nil
	}
	if q.Along == "" {
		return b.timelineOf(domain, q.Period)
	}
	t := &timeline{}
	var unknown []uint32
	if domain != nil {
		at := b.attributeAt(q.Along)
		members, levels := b.groupsOf([]int{at})
		for k, level := range levels {
			if key := b.table.Attribute(at).Levels()[level[0]]; key == "" {
				unknown = members[k]
			} else {
				t.keys, t.members = append(t.keys, key), append(t.members, members[k])
			}
		}
	}
	if len(t.keys) > maxPeriods {
		bad := &surveys.InvalidError{Input: "query"}
		bad.Add("along", "range", "%q has more than %d levels", q.Along, maxPeriods)
		return nil, bad
	}
	t.members = append(t.members, unknown)
	return t, nil
}

func (b *builder) timelineOf(domain []uint32, length string) (*timeline, error) {
	t := &timeline{}
	first, last := uint32(math.MaxUint32), uint32(0)
	rows := b.sample.RowsOf(domain)
	for _, row := range rows {
		if s := b.table.Submitted(row); s > 0 {
			first, last = min(first, s), max(last, s)
		}
	}
	if last > 0 {
		end := time.Unix(int64(last), 0).UTC()
		for at := periodStart(time.Unix(int64(first), 0).UTC(), length); ; at = nextPeriod(at, length) {
			t.starts = append(t.starts, at)
			if at.After(end) {
				break
			}
			if len(t.starts) > maxPeriods {
				bad := &surveys.InvalidError{Input: "query"}
				bad.Add("period", "range", "the responses are spread over more than %d periods; take longer ones, or a part with from and to", maxPeriods)
				return nil, bad
			}
			t.keys = append(t.keys, periodKey(at, length))
		}
	}
	at := t.byDay()
	counts := make([]int, len(t.keys)+1)
	for _, row := range rows {
		counts[at(b.table.Submitted(row))]++
	}
	t.members = make([][]uint32, len(counts))
	for k, n := range counts {
		t.members[k] = make([]uint32, n)
		counts[k] = 0
	}
	for i, row := range rows {
		k := at(b.table.Submitted(row))
		t.members[k][counts[k]] = domain[i]
		counts[k]++
	}
	return t, nil
}

// byDay gives the member that a time of submission belongs to. Periods begin with days.
func (t *timeline) byDay() func(submitted uint32) int {
	const day = 24 * 60 * 60
	if len(t.keys) == 0 {
		return func(uint32) int { return 0 }
	}
	first := t.starts[0].Unix() / day
	period := make([]uint16, t.starts[len(t.keys)].Unix()/day-first)
	for k := range t.keys {
		for d := t.starts[k].Unix()/day - first; d < t.starts[k+1].Unix()/day-first; d++ {
			period[d] = uint16(k)
		}
	}
	unknown := len(t.keys)
	return func(submitted uint32) int {
		if submitted == 0 {
			return unknown
		}
		return int(period[int64(submitted/day)-first])
	}
}

// cells are the periods and the responses of unknown time, for what must not be shown.
func (t *timeline) cells(minimum int) cells {
	c := cells{minimum: minimum}
	for k := range t.members {
		c.levels = append(c.levels, []uint32{uint32(k)})
	}
	return c
}

// bases count the responses of each member.
func (t *timeline) bases(b *builder) []scoring.Base {
	out := make([]scoring.Base, len(t.members))
	for k, domain := range t.members {
		out[k] = b.kishBase(domain)
	}
	return out
}

// periodStart is the start of the period that a time is in.
func periodStart(t time.Time, length string) time.Time {
	y, m, d := t.Date()
	switch length {
	case Weekly:
		d -= (int(t.Weekday()) + 6) % 7
	case Monthly:
		d = 1
	case Quarterly:
		m, d = (m-1)/3*3+1, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func nextPeriod(t time.Time, length string) time.Time {
	switch length {
	case Weekly:
		return t.AddDate(0, 0, 7)
	case Monthly:
		return t.AddDate(0, 1, 0)
	case Quarterly:
		return t.AddDate(0, 3, 0)
	}
	return t.AddDate(0, 0, 1)
}

func periodKey(t time.Time, length string) string {
	switch length {
	case Weekly:
		y, w := t.ISOWeek()
		return fmt.Sprintf("%d-W%02d", y, w)
	case Monthly:
		return t.Format("2006-01")
	case Quarterly:
		return fmt.Sprintf("%d-Q%d", t.Year(), (t.Month()+2)/3)
	}
	return t.Format(time.DateOnly)
}
