package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"paxscore/scoring"
	"paxscore/surveys"
)

// maxSplices is the number of splices that one question can give.
const maxSplices = 20

// TrendSplice is a splice that divides the responses of a trend.
type TrendSplice struct {
	Version int        `json:"version"` // the first on the new level
	From    *time.Time `json:"from"`    // of the time in which both ran; null for all periods that have both
	To      *time.Time `json:"to"`      // exclusive
	Note    string     `json:"note"`
}

// SeriesSplice is what a splice did to one measure: both versions over the time in which both ran, and the difference that the older is
// moved by.
type SeriesSplice struct {
	Version int      `json:"version"`
	Periods []string `json:"periods"` // with responses to both in the time in which both ran
	Old     Estimate `json:"old"`     // over that time, not moved; its base
	New     Estimate `json:"new"`
	Offset  Number   `json:"offset"` // new − old
	SE      Number   `json:"se"`     // √(v_new + v_old)
}

// VersionSeries is a measure over the periods as the responses to some versions have it, not moved.
type VersionSeries struct {
	From    int        `json:"from_version"` // 0 for all before the first splice
	Figures []Estimate `json:"figures"`      // as the periods
}

// ParseSplice reads a splice as every surface takes it: a version, or VERSION=FROM..TO with the first and the last day on which both ran.
func ParseSplice(text string) (surveys.Splice, error) {
	wrong := fmt.Errorf("%q is not of the form 2 or 2=2025-06-01..2025-06-30", clip(text))
	version, days, dated := strings.Cut(text, "=")
	n, err := strconv.Atoi(strings.TrimSpace(version))
	if err != nil {
		return surveys.Splice{}, wrong
	}
	if n < 2 {
		return surveys.Splice{}, fmt.Errorf("a splice is at a version from 2 on, not %d", n)
	}
	out := surveys.Splice{Version: n}
	if !dated {
		return out, nil
	}
	from, to, _ := strings.Cut(days, "..")
	if out.From, err = time.Parse(time.DateOnly, strings.TrimSpace(from)); err != nil {
		return surveys.Splice{}, wrong
	}
	if out.To, err = time.Parse(time.DateOnly, strings.TrimSpace(to)); err != nil {
		return surveys.Splice{}, wrong
	}
	if out.To = out.To.AddDate(0, 0, 1); !out.From.Before(out.To) {
		return surveys.Splice{}, fmt.Errorf("%q ends before it begins", clip(text))
	}
	return out, nil
}

// splicesOf are the declared splices, those given in the place of declared ones, by version.
func (l *layout) splicesOf(given []surveys.Splice, bad *surveys.InvalidError) []surveys.Splice {
	if len(given) > maxSplices {
		bad.Add("splice", "length", "%d splices are given, at most %d can be taken", len(given), maxSplices)
		return nil
	}
	out := slices.Clone(given)
	for i, x := range given {
		if slices.ContainsFunc(given[:i], func(y surveys.Splice) bool { return y.Version == x.Version }) {
			bad.Add(fmt.Sprintf("splice[%d]", i), "duplicate", "there is a splice at version %d already", x.Version)
		}
	}
	for _, x := range l.survey.Splices {
		if !slices.ContainsFunc(given, func(y surveys.Splice) bool { return y.Version == x.Version }) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b surveys.Splice) int { return cmp.Compare(a.Version, b.Version) })
	return out
}

// splicing is a timeline divided by splices.
type splicing struct {
	splices []surveys.Splice
	level   []int        // of each code of the version attribute: how many splices are at it or before
	members [][][]uint32 // of the timeline's members, by level
	bases   []scoring.Base
	cells   cells
}

// levelOf is the level of a version.
func levelOf(splices []surveys.Splice, version int) (level int) {
	for _, x := range splices {
		if version >= x.Version {
			level++
		}
	}
	return level
}

// newSplicing divides a timeline by the splices that have responses on both sides; nil where none has.
func (b *builder) newSplicing(all []surveys.Splice, t *timeline) *splicing {
	if len(all) == 0 {
		return nil
	}
	at := b.attributeAt(attributeVersion)
	var met []int
	for _, versions := range t.met {
		met = append(met, b.versionNumbers(versions)...)
	}
	var s splicing
	for _, x := range all {
		before := func(v int) bool { return v < x.Version && levelOf(s.splices, v) == len(s.splices) }
		if slices.ContainsFunc(met, before) && slices.ContainsFunc(met, func(v int) bool { return v >= x.Version }) {
			s.splices = append(s.splices, x)
		}
	}
	if len(s.splices) == 0 {
		return nil
	}
	for _, name := range b.table.Attribute(at).Levels() {
		n, _ := strconv.Atoi(name)
		s.level = append(s.level, levelOf(s.splices, n))
	}
	s.cells = cells{minimum: b.q.model.Base.Suppress}
	for k, of := range t.domains {
		parts := make([][]uint32, len(s.splices)+1)
		for _, i := range of.positions {
			l := b.levelAt(&s, i)
			parts[l] = append(parts[l], i)
		}
		s.members = append(s.members, parts)
		for l, part := range parts {
			s.cells.levels = append(s.cells.levels, []uint32{uint32(k), uint32(l)})
			s.bases = append(s.bases, b.baseOf(domain{positions: part}))
		}
	}
	return &s
}

func (b *builder) levelAt(s *splicing, position uint32) int {
	return s.level[b.table.Attribute(b.attributeAt(attributeVersion)).At(b.sample.Row(position))]
}

// baseOf counts responses, whatever they answered.
func (b *builder) baseOf(d domain) scoring.Base {
	w := b.kishOf(d)
	if w.N == 0 {
		return scoring.Base{}
	}
	return w.Base()
}

// told is the splices as an answer has them.
func (s *splicing) told(b *builder) []TrendSplice {
	out := []TrendSplice{}
	if s == nil {
		return out
	}
	for _, x := range s.splices {
		out = append(out, TrendSplice{Version: x.Version, From: timePointer(x.From), To: timePointer(x.To), Note: b.words(x.Note, "")})
	}
	return out
}

// resolves reports whether splices stand between all versions of two periods that do not ask the same.
func (s *splicing) resolves(b *builder, before, after []int) bool {
	if s == nil {
		return false
	}
	for _, u := range before {
		for _, v := range after {
			if b.asks(u) != b.asks(v) && levelOf(s.splices, u) == levelOf(s.splices, v) {
				return false
			}
		}
	}
	return true
}
