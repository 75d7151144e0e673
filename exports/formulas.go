package exports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"paxscore/reports"
	"paxscore/surveys"
)

// formulas writes what the Checks sheet computes live from the Responses sheets. Every method returns "" if there are
// no rows to compute from.
type formulas struct {
	t        *table
	weighted string // Report.Weighting.Method
	sheets   []extent
}

// column is the range of a column, from 1, on one sheet.
func (e extent) column(at int) string {
	name, err := excelize.ColumnNumberToName(at)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", e.sheet, name, e.first, name, e.last)
}

// total adds a term up over the sheets.
func (f *formulas) total(term func(e extent) string) string {
	var terms []string
	for _, e := range f.sheets {
		if e.last >= e.first {
			terms = append(terms, term(e))
		}
	}
	return strings.Join(terms, "+")
}

func (f *formulas) rows() string {
	return f.total(func(e extent) string { return "COUNTA(" + e.column(1) + ")" })
}

func (f *formulas) verdict(v reports.Verdict) string {
	return f.total(func(e extent) string { return fmt.Sprintf(`COUNTIF(%s,"%s")`, e.column(f.t.verdictAt), v) })
}

// weights is the sum of the case weights of the valid responses.
func (f *formulas) weights() string {
	return f.total(func(e extent) string {
		return fmt.Sprintf(`SUMIFS(%s,%s,"valid")`, e.column(f.t.caseWeightAt), e.column(f.t.verdictAt))
	})
}

// share is that of some values of an attribute in the case weights of the valid responses whose value is among the known ones; "" where
// there are more than fit a formula.
func (f *formulas) share(attribute int, values, known []string) string {
	const most = 60 // terms, of some 100 of the 8,192 characters of a formula
	if (len(values)+len(known))*len(f.sheets) > most {
		return ""
	}
	weights := func(values []string) string {
		return f.total(func(e extent) string {
			var terms []string
			for _, v := range values {
				terms = append(terms, fmt.Sprintf(`SUMIFS(%s,%s,"valid",%s,"=%s")`, e.column(f.t.caseWeightAt), e.column(f.t.verdictAt),
					e.column(f.t.attributesAt+attribute), strings.ReplaceAll(v, `"`, `""`)))
			}
			return strings.Join(terms, "+")
		})
	}
	return f.ratio("", weights(values), weights(known))
}

// where counts the valid responses whose item meets the criteria.
func (f *formulas) where(item int, criteria ...string) string {
	return f.total(func(e extent) string {
		s := fmt.Sprintf(`COUNTIFS(%s,"valid"`, e.column(f.t.verdictAt))
		for _, c := range criteria {
			s += fmt.Sprintf(`,%s,"%s"`, e.column(f.t.ratingsAt+item), c)
		}
		return s + ")"
	})
}

// base counts the ratings: criteria on numbers leave text and empty cells out.
func (f *formulas) base(item int) string {
	return f.between(item, f.t.low[item], f.t.low[item]+f.t.span[item])
}

func (f *formulas) between(item, low, high int) string {
	return f.where(item, ">="+strconv.Itoa(low), "<="+strconv.Itoa(high))
}

func (f *formulas) code(item int, code byte) string {
	switch code {
	case surveys.NotApplicable:
		return f.where(item, codeNotApplicable)
	case surveys.NotRouted:
		return f.where(item, codeNotRouted)
	}
	return f.where(item, "=")
}

func (f *formulas) sum(item int) string {
	return f.total(func(e extent) string {
		return fmt.Sprintf(`SUMIFS(%s,%s,"valid")`, e.column(f.t.ratingsAt+item), e.column(f.t.verdictAt))
	})
}

// mean is the mean rating, weighted as in the report; SUMPRODUCT takes text for 0 in a range of its own.
func (f *formulas) mean(item, n int) string {
	if n == 0 {
		return ""
	}
	switch f.weighted {
	case weightingNone:
		return f.ratio("", f.sum(item), f.base(item))
	}
	product := func(last string) string {
		return f.total(func(e extent) string {
			return fmt.Sprintf(`SUMPRODUCT(--(%s="valid"),%s,%s)`, e.column(f.t.verdictAt), e.column(f.t.caseWeightAt),
				fmt.Sprintf(last, e.column(f.t.ratingsAt+item)))
		})
	}
	return f.ratio("", product("%s"), product("--ISNUMBER(%s)"))
}

func (f *formulas) nps(item, n int) string {
	if n == 0 || f.weighted != weightingNone {
		return ""
	}
	return f.ratio("100*", "("+f.between(item, 9, 10)+")-("+f.between(item, 0, 6)+")", f.base(item))
}

func (f *formulas) ratio(factor, above, below string) string {
	if above == "" || below == "" {
		return ""
	}
	return factor + "(" + above + ")/(" + below + ")"
}
