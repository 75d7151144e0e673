// Package study draws the simulated reference study of METHOD section 10: valid questionnaires with known drivers, and
// planted duplicates, careless answers and break-offs that screening must find. Size 10,000 and seed 42 give the
// published reference file byte for byte; any other size and seed give a study of the same make.
//
// Records are functions of their row number and the seed and are recomputed when needed, never held. The order of the
// rows is a shuffle, the only thing that grows: 4 bytes a row, 41 MB for 10,000,000 questionnaires.
package study

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// MaxSize is the largest number of valid questionnaires that can be drawn.
const MaxSize = 1_000_000_000

// Answers beside ratings 0..10.
const (
	notApplicableAnswer int8 = -1
	skippedAnswer       int8 = -2
)

// Positions of record.answers after the 16 items.
const (
	overallAt   = itemCount
	recommendAt = itemCount + 1
	answerCount = itemCount + 2
)

var answerKeys = func() (keys [answerCount]string) {
	for j, it := range items {
		keys[j] = it.key
	}
	keys[overallAt], keys[recommendAt] = "overall", "recommend"
	return keys
}()

// record is one questionnaire.
type record struct {
	id, flight                                                    int
	age, occupation, spend, purpose, cabin, tier, gender, channel int
	seconds                                                       float64
	answers                                                       [answerCount]int8
}

// plan says which rows a study of n valid questionnaires has: 1..n valid, then duplicates, careless, break-offs.
//
// Per 10,000 valid rows 120, 120 and 60 are planted, each number rounded to the nearest. Duplicate k copies the valid
// row k·⌊n/duplicates⌋, which is 83k for the reference and never more than n. A study of fewer than 42 has none.
type plan struct {
	n, duplicates, careless, breakOffs int
}

func newPlan(n int) (plan, error) {
	if n < 1 || n > MaxSize {
		return plan{}, fmt.Errorf("simulate study: size %d outside 1..%d", n, MaxSize)
	}
	return plan{n: n, duplicates: (12*n + 500) / 1000, careless: (12*n + 500) / 1000, breakOffs: (6*n + 500) / 1000}, nil
}

// rows returns how many rows there are, planted ones included.
func (p plan) rows() int { return p.n + p.duplicates + p.careless + p.breakOffs }

// Rows returns how many rows the study of n valid questionnaires has, planted ones included: 10,300 for 10,000.
func Rows(n int) (int, error) {
	p, err := newPlan(n)
	if err != nil {
		return 0, err
	}
	return p.rows(), nil
}

// study is a plan with its draws.
type study struct {
	plan
	d       *draws
	flights []flight
}

func newStudy(n int, seed uint64) (*study, error) {
	p, err := newPlan(n)
	if err != nil {
		return nil, err
	}
	d := newDraws(seed)
	return &study{plan: p, d: d, flights: drawFlights(d)}, nil
}

// order returns the row numbers 1..rows() in the order of the file: ascending h(70, row).
func (s *study) order(ctx context.Context) ([]uint32, error) {
	rows := make([]uint32, s.rows())
	for i := range rows {
		rows[i] = uint32(i + 1)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b uint32) int {
		if c := cmp.Compare(s.d.h(streamOrder, int(a), 0), s.d.h(streamOrder, int(b), 0)); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	return rows, ctx.Err()
}

// record draws one row by its number.
func (s *study) record(row int, r *record) {
	switch k := row - s.n; {
	case k <= 0:
		s.draw(row, r)
	case k <= s.duplicates:
		s.draw(k*(s.n/s.duplicates), r)
	case k <= s.duplicates+s.careless:
		k -= s.duplicates
		s.draw(row, r)
		value := [4]int8{5, 10, 0, 8}[s.d.h(streamCarelessValue, k, 0)%4]
		for j := range r.answers {
			r.answers[j] = value
		}
		r.seconds = 20 + math.Floor(40*s.d.u(streamCarelessTime, k, 0))
	default:
		s.draw(row, r)
		for j := 4; j < answerCount; j++ {
			r.answers[j] = skippedAnswer
		}
	}
}

// draw draws the questionnaire of passenger i as an attentive passenger fills it in.
func (s *study) draw(i int, r *record) {
	d := s.d
	r.id = i
	r.age = category(ageShares, d.u(streamAge, i, 0))
	r.occupation = category(occupationByAge[r.age], d.u(streamOccupation, i, 0))
	r.spend = category(spendByOccupation[r.occupation], d.u(streamSpend, i, 0))
	r.purpose = bit(d.u(streamPurpose, i, 0) < businessByOccupation[r.occupation])
	r.cabin = category(cabinBySpend[r.spend], d.u(streamCabin, i, 0))
	r.tier = category(tierBySpend[r.spend], d.u(streamTier, i, 0))
	r.gender = bit(d.u(streamGender, i, 0) < maleShare)
	r.channel = category(channelShares, d.u(streamChannel, i, 0))
	r.flight = 1 + int(flights*d.u(streamFlight, i, 0))

	fl := &s.flights[r.flight]
	incident := float64(bit(d.u(streamIncident, i, 0) < .035))
	effect := effectOfAge[r.age] + effectOfOccupation[r.occupation] + effectOfSpend[r.spend]
	general := d.z(streamGeneral, i, 0)
	straight := d.u(streamStraight, i, 0) < .02

	if straight {
		value := rating(7.5 + 1.2*general)
		for j := range r.answers {
			r.answers[j] = value
		}
	} else {
		for j, x := range s.opinions(i, fl, general, effect, incident) {
			r.answers[j] = rating(x)
		}
	}
	for j := range items {
		p := notApplicable[fl.route][j]
		switch {
		case p > 0 && d.u(streamNotApplicable, i, j) < p:
			r.answers[j] = notApplicableAnswer
		case d.u(streamSkipped, i, j) < .010+.001*float64(j)+.010*float64(bit(r.age == 4)):
			r.answers[j] = skippedAnswer
		}
	}
	r.seconds = max(60, math.RoundToEven(260*math.Exp(.42*d.z(streamSeconds, i, 0))*10)/10)
	if straight {
		r.seconds = max(120, r.seconds)
	}
}

// opinions draws the items, the overall item and the recommendation from the passenger's traits, before they are rounded to ratings.
func (s *study) opinions(i int, fl *flight, general, effect, incident float64) (x [answerCount]float64) {
	d := s.d
	var trait [dimensions]float64
	var satisfaction float64
	for k := range trait {
		g := generalLoading[k]
		trait[k] = g*general + math.Sqrt(1-g*g)*d.z(streamDimension, i, k)
		satisfaction += effectOfDimension[k] * trait[k]
	}
	for j := range items {
		it := &items[j]
		x[j] = it.mean + it.spread*(it.loading*trait[it.dimension]+math.Sqrt(1-it.loading*it.loading)*d.z(streamItem, i, j)) + effect
		switch it.dimension {
		case attitude:
			x[j] += fl.effect + .30*float64(fl.trained) - 1.4*incident
		case efficiency:
			x[j] += fl.effect - .80*float64(fl.delayed) - 2.6*incident
		}
	}
	x[overallAt] = 7.64 + 1.42*(satisfaction+.55*d.z(streamOverall, i, 0)) + effect +
		.35*fl.effect - .20*float64(fl.delayed) + .08*float64(fl.trained) - 2.6*incident
	x[recommendAt] = float64(rating(x[overallAt])) + .55 + 1.15*d.z(streamRecommend, i, 0)
	return x
}
