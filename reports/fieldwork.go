package reports

import (
	"fmt"
	"math"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// Fieldwork is what is known of those who were asked beside their responses.
type Fieldwork struct {
	Known       bool                      // invitations are kept where the responses are; they are not with a file
	Invitations []surveys.InvitationCount // by wave
	// What people declare of invitations that were not used.
	Undelivered int // came back, or had no address
	Declined    int // refused to answer
	Ineligible  int // were no passengers
}

// ResponseRates are the AAPOR's response rates of the survey's invitations. A response is complete if it rates the overall item and
// answers 80 % of the applicable items, partial from 50 %, else a break-off, which counts as a refusal.
type ResponseRates struct {
	Invited     int      `json:"invited"`
	Used        int      `json:"used"`
	Expired     int      `json:"expired"` // not used, and too late
	Open        int      `json:"open"`    // not used yet
	Complete    int      `json:"complete"`
	Partial     int      `json:"partial"`
	BreakOffs   int      `json:"break_offs"`
	Refused     int      `json:"refused"`     // declared
	Ineligible  int      `json:"ineligible"`  // declared
	Undelivered int      `json:"undelivered"` // declared; among the unknown
	Unknown     int      `json:"unknown"`     // nothing came back
	Eligibility Number   `json:"eligibility"` // e: share of the unknown taken to be eligible
	RR1         Number   `json:"rr1"`
	RR2         Number   `json:"rr2"`
	RR3         Number   `json:"rr3"`
	RR4         Number   `json:"rr4"`
	RR5         Number   `json:"rr5"`
	RR6         Number   `json:"rr6"`
	Method      string   `json:"method"`
	Warnings    []string `json:"warnings"`
}

const ratesMethod = "AAPOR Standard Definitions 2016, RR1 to RR6; break-offs count as refusals, unused invitations as of unknown eligibility, e by proportional allocation"

// check adds what is wrong with declared counts.
func (f Fieldwork) check(bad *surveys.InvalidError) {
	for _, c := range []struct {
		name string
		n    int
	}{{"undelivered", f.Undelivered}, {"declined", f.Declined}, {"ineligible", f.Ineligible}} {
		if c.n < 0 {
			bad.Add(c.name, "range", "a count of invitations cannot be negative")
		}
	}
}

// responseRates are the rates of the waves selected; nil and the reason where there are none.
func (b *builder) responseRates(f Fieldwork) (rates *ResponseRates, reason string, err error) {
	switch {
	case b.hidden:
		return nil, "Nothing is shown of so small a selection.", nil
	case !f.Known:
		return nil, "Response rates need the invitations, which a file does not have.", nil
	}
	waves, ok := b.wavesAsked()
	if !ok {
		return nil, "Invitations are known by wave only: response rates are not of a period, or of passengers selected by anything else.", nil
	}
	r := &ResponseRates{Refused: f.Declined, Ineligible: f.Ineligible, Undelivered: f.Undelivered, Method: ratesMethod, Warnings: noWarnings()}
	for _, c := range f.Invitations {
		if waves == nil || slices.Contains(waves, string(c.Wave)) {
			r.Used, r.Expired, r.Open = r.Used+c.Used, r.Expired+c.Expired, r.Open+c.Open
		}
	}
	if r.Invited = r.Used + r.Expired + r.Open; r.Invited == 0 {
		return nil, "There is no invitation to count: the survey was open to everybody, or its responses were imported.", nil
	}
	unused := r.Expired + r.Open
	if f.Undelivered > unused || f.Declined > unused || f.Ineligible > unused || f.Undelivered+f.Declined+f.Ineligible > unused {
		bad := &surveys.InvalidError{Input: "query"}
		bad.Add("undelivered", "range", "undelivered, declined and ineligible together are more than the %s not used", plural(unused, "invitation", "invitations"))
		return nil, "", bad
	}
	r.Unknown = unused - f.Declined - f.Ineligible
	b.apportion(r)
	if r.Open > 0 {
		r.Warnings = append(r.Warnings, plural(r.Open, "invitation", "invitations")+" can still be used: the rates will rise.")
	}
	d := scoring.Dispositions{Complete: r.Complete, Partial: r.Partial, Refused: r.BreakOffs + r.Refused, Unknown: r.Unknown, Ineligible: r.Ineligible}
	x := d.Rates()
	r.Eligibility = number(d.Eligibility())
	r.RR1, r.RR2, r.RR3, r.RR4, r.RR5, r.RR6 = number(x.RR1), number(x.RR2), number(x.RR3), number(x.RR4), number(x.RR5), number(x.RR6)
	return r, "", nil
}

// wavesAsked are the waves that the question selects, nil for all; ok is false if it selects by something else.
func (b *builder) wavesAsked() (waves []string, ok bool) {
	if b.sel.Period || b.sel.Nothing {
		return nil, false
	}
	for _, w := range b.q.Where {
		if w.Attribute != attributeWave || waves != nil {
			return nil, false
		}
		for _, v := range w.Values {
			if v == unknownLevel {
				v = ""
			}
			waves = append(waves, v)
		}
	}
	return waves, true
}

// apportion divides the used invitations into complete, partial and broken off, as the responses are. Responses and invitations are
// not linked, so that nobody can be found; where there are as many of one as of the other the division is exact.
func (b *builder) apportion(r *ResponseRates) {
	f := b.q.filter()
	f.AllRows = true
	n := b.d.screen.CountCompletions(b.d.selection(f).Set())
	complete, partial, broken := n[scoring.CompleteInterview], n[scoring.PartialInterview], n[scoring.BrokenOff]
	total := complete + partial + broken
	if total == r.Used {
		r.Complete, r.Partial, r.BreakOffs = complete, partial, broken
		return
	}
	if total == 0 {
		r.Complete = r.Used
	} else {
		share := func(n int) int { return int(math.Round(float64(r.Used) * float64(n) / float64(total))) }
		r.Partial, r.BreakOffs = share(partial), share(broken)
		r.Complete = max(0, r.Used-r.Partial-r.BreakOffs)
		r.Partial = min(r.Partial, r.Used-r.Complete-r.BreakOffs)
	}
	r.Warnings = append(r.Warnings, fmt.Sprintf("There are %d used invitations and %d responses: complete, partial and broken off are divided as the responses are.", r.Used, total))
}
