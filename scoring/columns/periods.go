package columns

import (
	"sync"
	"sync/atomic"
	"time"
)

// Period is a length of time by which submissions are coded, in UTC.
type Period int

const (
	Day Period = iota
	Week
	Month
	Quarter
	periodLengths
)

// Start is the first moment of the period that a time lies in; weeks are those of ISO 8601, from Monday.
func (p Period) Start(t time.Time) time.Time {
	y, m, d := t.Date()
	switch p {
	case Week:
		d -= (int(t.Weekday()) + 6) % 7
	case Month:
		d = 1
	case Quarter:
		m, d = (m-1)/3*3+1, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// periods code the times of submission by period, for the lengths that were asked for.
type periods struct {
	mu sync.Mutex
	of [periodLengths]atomic.Pointer[periodLevels]
}

// periodLevels code times of submission as an attribute whose levels are the first days of periods.
type periodLevels struct {
	period    Period
	attribute *Attribute
	days      []uint32 // by day since 1970, the number + 1 of the level it lies in, 0 for a day not yet met
}

const daySeconds = 24 * 60 * 60

// append codes a time of submission.
func (p *periodLevels) append(submitted uint32) {
	if submitted == 0 {
		p.attribute.append("")
		return
	}
	day := &p.days[submitted/daySeconds]
	if *day == 0 {
		*day = 1 + p.attribute.find(p.period.Start(time.Unix(int64(submitted), 0).UTC()).Format(time.DateOnly))
	}
	p.attribute.codes.Append(*day - 1)
}

// PeriodAttribute is the number of the attribute whose levels are the first days of the periods in which rows were submitted, like 2025-07-01, or "" where that
// is unknown. It takes a byte a row, or a little more or less, from when it is asked for.
func (t *Table) PeriodAttribute(p Period) int {
	t.periods.mu.Lock()
	defer t.periods.mu.Unlock()
	if t.periods.of[p].Load() == nil {
		levels := &periodLevels{period: p, attribute: newAttribute(), days: make([]uint32, 1<<32/daySeconds+1)}
		for row := range uint32(t.rows) {
			if row%longColumn == 1 { // again and again, since room is of codes as wide as they are by then
				levels.attribute.codes.Reserve(t.rows)
			}
			levels.append(t.Submitted(row))
		}
		t.periods.of[p].Store(levels)
	}
	return len(t.attributes) + 1 + int(p)
}

// periodAttribute is the attribute of a number that PeriodAttribute gave.
func (t *Table) periodAttribute(number int) *Attribute {
	return t.periods.of[number-len(t.attributes)-1].Load().attribute
}

// append codes a new row's time of submission.
func (p *periods) append(submitted uint32) {
	for i := range p.of {
		if levels := p.of[i].Load(); levels != nil {
			levels.append(submitted)
		}
	}
}

// clear forgets all, to be coded again when it is asked for.
func (p *periods) clear() {
	for i := range p.of {
		p.of[i].Store(nil)
	}
}

// bytes is the memory that the codes take.
func (p *periods) bytes() (n int) {
	for i := range p.of {
		if levels := p.of[i].Load(); levels != nil {
			n += levels.attribute.codes.Bytes()
		}
	}
	return n
}
