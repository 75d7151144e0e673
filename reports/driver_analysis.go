package reports

import (
	"errors"
	"fmt"
	"math"

	"paxscore/scoring"
	"paxscore/surveys"
)

// predictor is a dimension or an item as a predictor.
type predictor struct {
	at         int  // number of the dimension, or position of the item
	item       bool // which of the two
	key, label string
	dimension  surveys.Dimension
	inForce    float64
}

func (b *builder) predictors(items bool) (out []predictor) {
	for d, of := range b.q.model.Dimensions {
		if !items {
			out = append(out, predictor{at: d, key: string(of.Key), label: b.words(of.Label, string(of.Key)), dimension: of, inForce: of.DimensionWeight})
			continue
		}
		for _, u := range b.model.Dimensions[d].Items {
			it := b.rated[u.Item]
			out = append(out, predictor{at: u.Item, item: true, key: string(it.Key), label: b.words(it.Text, string(it.Key)), dimension: of,
				inForce: of.DimensionWeight * u.ItemWeight})
		}
	}
	return out
}

// valuesOf are the predictors' values, response by response.
func (b *builder) valuesOf(predictors ...predictor) (out []scoring.Values) {
	for _, p := range predictors {
		if p.item {
			out = append(out, b.sample.Item(p.at))
		} else {
			out = append(out, b.sample.Dimension(p.at))
		}
	}
	return out
}

// driverBaseOf is the number of complete responses that an analysis of p predictors needs.
func driverBaseOf(p int) int { return max(driverBase, driverBasePer*p) }

// analysed is a driver analysis, or why there is none.
type analysed struct {
	drivers  *scoring.Drivers                           // nil if status does not show it
	capped   func(predictor int, shift float64) float64 // see scoring.Sample.CappedShift
	base     scoring.Base
	status   Status
	warnings []string
}

// analyse makes the driver analysis where its base allows it.
func (b *builder) analyse(predictors []predictor) (a analysed) {
	if b.overall == scoring.None {
		return analysed{status: StatusNotComputable, warnings: []string{"The survey asks no overall question."}}
	}
	var analyse func() (*scoring.Drivers, error)
	if sums := b.predictorSums(predictors); sums != nil {
		a.base, a.capped = sums.Base(), sums.CappedShift
		analyse = sums.Drivers
	} else {
		b.position()
		response, x := b.sample.Item(b.overall), b.valuesOf(predictors...)
		a.base = b.sample.CompleteBase(response, x, b.domain)
		a.capped = func(j int, shift float64) float64 { return b.sample.CappedShift(response, x, b.domain, j, shift) }
		analyse = func() (*scoring.Drivers, error) { return b.sample.Drivers(response, x, b.domain) }
	}
	a.status = b.statusOf(a.base, false)
	needed := driverBaseOf(len(predictors))
	switch {
	case a.status == StatusSuppressed || a.status == StatusNotComputable:
		a.warnings = b.reason(a.status, a.base)
		return a
	case least(a.base) < float64(needed):
		a.status = StatusBaseTooSmall
		a.warnings = []string{fmt.Sprintf("No drivers: %d responses have an answer to the overall question and every predictor%s; %d are needed, 100 and 10 for each of %d predictors.",
			a.base.N, b.effective(a.base), needed, len(predictors))}
		return a
	}
	drivers, err := analyse()
	var collinear scoring.CollinearError
	switch {
	case errors.As(err, &collinear):
		a.status = StatusNotComputable
		a.warnings = []string{fmt.Sprintf("No drivers: the predictors explain one another (condition number %s); leave one out.", conditionText(collinear.Condition))}
		return a
	case err != nil:
		a.status = StatusNotComputable
		a.warnings = []string{"No drivers: the overall question or a predictor does not vary."}
		return a
	}
	a.drivers = drivers
	if c := drivers.Condition; c > driverCondition {
		a.warnings = append(a.warnings, fmt.Sprintf("The predictors explain one another (condition number %s, above %d): shares and coefficients are not to be relied on.", conditionText(c), driverCondition))
	}
	for j, v := range drivers.VIF {
		if v > 10 {
			a.warnings = append(a.warnings, fmt.Sprintf("%s is nearly explained by the other predictors (variance inflation %.1f).", predictors[j].label, v))
		}
	}
	if drivers.Replicates.Left == nil {
		a.warnings = append(a.warnings, "No standard errors of shares: without one of the jackknife groups nothing can be computed.")
	}
	if n := b.sel.Valid(); float64(a.base.N) < .9*float64(n) {
		a.warnings = append(a.warnings, fmt.Sprintf("%d of %d responses lack a predictor or the overall answer and are left out.", n-a.base.N, n))
	}
	return a
}

func conditionText(c float64) string {
	if math.IsInf(c, 1) {
		return "without bound"
	}
	return fmt.Sprintf("%.1f", c)
}

func performanceLine(d *scoring.Drivers) float64 {
	if d == nil {
		return math.NaN()
	}
	sum := 0.0
	for _, m := range d.Means {
		sum += m
	}
	return sum / float64(len(d.Means))
}
