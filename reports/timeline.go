package reports

import (
	"fmt"
	"time"

	"paxscore/scoring"
	"paxscore/scoring/columns"
	"paxscore/surveys"
)

// timeline is the domain divided by time: periods without a gap, and last the responses of unknown time.
type timeline struct {
	starts  []time.Time // of the periods, and the end of the last; nil along an attribute
	keys    []string
	domains []domain // of the periods, then of unknown time or level
	met     [][]bool // of a trend: by level of the version attribute, whether a domain has a response to it
}

func (b *builder) timeline(q TrendQuery) (t *timeline, err error) {
	at := b.attributeAt(q.Along)
	if q.Along == "" {
		at = b.table.PeriodAttribute(periodOf(q.Period))
	}
	if t, err = b.summedTimeline(q, at); t != nil || err != nil {
		return t, err
	}
	b.position()
	positions := b.domain
	if b.hidden { // nothing is told of a hidden selection, not even when it was
		positions = nil
	}
	if t, err = b.timelineOf(positions, q, at); err != nil {
		return nil, err
	}
	version := b.table.Attribute(b.attributeAt(attributeVersion))
	for _, of := range t.domains {
		met := make([]bool, len(version.Levels()))
		for _, i := range of.positions {
			met[version.At(b.sample.Row(i))] = true
		}
		t.met = append(t.met, met)
	}
	return t, nil
}

// maxSummedPeriods is the number of sampling units times periods, and these by version, up to which a trend is had of sums.
const maxSummedPeriods = 1 << 18

// summedTimeline is a timeline whose figures are had of sums; nil where they cannot be.
func (b *builder) summedTimeline(q TrendQuery, at int) (*timeline, error) {
	version := b.attributeAt(attributeVersion)
	by, byVersion := [][]int{{at}}, 0 // where all responses are to one version they need not be divided by it
	groups, versions := len(b.table.Attribute(at).Levels()), len(b.table.Attribute(version).Levels())
	if versions > 1 {
		by, byVersion, groups = append(by, []int{at, version}), 1, groups*(1+versions)
	}
	if b.hidden || len(q.Splices) > 0 || b.sample.Clustered() && b.sample.Units()*groups > maxSummedPeriods {
		return nil, nil
	}
	if b.tabulateBy(by); b.tab == nil {
		return nil, nil
	}
	d := b.division(by[0])
	group := b.ordered(by[0], d.Levels)
	levels := make([][]uint32, len(group))
	for k, g := range group {
		levels[k] = d.Levels[g]
	}
	t, err := b.periods(q, at, levels, func(k int) domain { return domain{division: d, group: group[k]} }, domain{division: d, group: scoring.Nobody})
	if err != nil {
		return nil, err
	}
	t.met = make([][]bool, len(t.domains))
	member := map[uint32]int{} // by level
	for k, of := range t.domains {
		if t.met[k] = make([]bool, versions); of.group != scoring.Nobody {
			member[d.Levels[of.group][0]] = k
		}
	}
	for _, level := range b.division(by[byVersion]).Levels {
		number := uint32(0)
		if byVersion > 0 {
			number = level[1]
		}
		t.met[member[level[0]]][number] = true
	}
	return t, nil
}

// periods are those of a trend along an attribute, levels of which have responses, in the order shown: of time without a gap. Last comes what is of unknown
// time or level.
func (b *builder) periods(q TrendQuery, at int, levels [][]uint32, of func(k int) domain, none domain) (*timeline, error) {
	t, unknown, names := &timeline{}, none, b.table.Attribute(at).Levels()
	for k, level := range levels {
		switch name := names[level[0]]; {
		case name == "":
			unknown = of(k)
		case q.Along != "":
			t.keys, t.domains = append(t.keys, name), append(t.domains, of(k))
		default:
			start, err := time.Parse(time.DateOnly, name)
			if err != nil {
				return nil, fmt.Errorf("period: %w", err)
			}
			for len(t.keys) > 0 && t.starts[len(t.keys)].Before(start) && len(t.keys) <= maxPeriods {
				t.add(t.starts[len(t.keys)], q.Period, none)
			}
			t.add(start, q.Period, of(k))
		}
		if len(t.keys) > maxPeriods {
			bad := &surveys.InvalidError{Input: "query"}
			if q.Along != "" {
				bad.Add("along", "range", "%q has more than %d levels", q.Along, maxPeriods)
			} else {
				bad.Add("period", "range", "the responses are spread over more than %d periods; take longer ones, or a part with from and to", maxPeriods)
			}
			return nil, bad
		}
	}
	t.domains = append(t.domains, unknown)
	return t, nil
}

// add adds the period that begins where the last one ends.
func (t *timeline) add(start time.Time, length string, of domain) {
	if t.starts == nil {
		t.starts = append(t.starts, start)
	}
	t.starts, t.keys, t.domains = append(t.starts, nextPeriod(start, length)), append(t.keys, periodKey(start, length)), append(t.domains, of)
}

// timelineOf divides positions of the sample by the levels of an attribute, as a trend along it has them.
func (b *builder) timelineOf(positions []uint32, q TrendQuery, at int) (*timeline, error) {
	members, levels := b.groupsOf(positions, []int{at})
	return b.periods(q, at, levels, func(k int) domain { return domain{positions: members[k]} }, domain{})
}

// periodsOf divides positions of the sample by time.
func (b *builder) periodsOf(positions []uint32, length string) (*timeline, error) {
	return b.timelineOf(positions, TrendQuery{Period: length}, b.table.PeriodAttribute(periodOf(length)))
}

// cells are the periods and the responses of unknown time, for what must not be shown.
func (t *timeline) cells(minimum int) cells {
	c := cells{minimum: minimum}
	for k := range t.domains {
		c.levels = append(c.levels, []uint32{uint32(k)})
	}
	return c
}

// bases count the responses of each member.
func (t *timeline) bases(b *builder) []scoring.Base {
	out := make([]scoring.Base, len(t.domains))
	for k, domain := range t.domains {
		out[k] = b.baseOf(domain)
	}
	return out
}

// periodOf is a length of period by its name.
func periodOf(length string) columns.Period {
	switch length {
	case Weekly:
		return columns.Week
	case Monthly:
		return columns.Month
	case Quarterly:
		return columns.Quarter
	}
	return columns.Day
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
