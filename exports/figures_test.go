package exports_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

// same compares a cell with a figure; what is not shown has the text of its status.
func same(t *testing.T, where, have string, want reports.Number, st reports.Status) {
	t.Helper()
	switch {
	case st == reports.StatusSuppressed:
		if have != "n<10" {
			t.Errorf("%s: %q of a suppressed figure", where, have)
		}
	case st == reports.StatusBaseTooSmall:
		if have != "n only" {
			t.Errorf("%s: %q of a figure of which only n is shown", where, have)
		}
	case !want.Valid():
		if have != "–" {
			t.Errorf("%s: %q without a figure", where, have)
		}
	default:
		x, err := strconv.ParseFloat(have, 64)
		if err != nil || math.Abs(x-float64(want)) > 1e-12*max(1, math.Abs(float64(want))) {
			t.Errorf("%s: %q, want %v", where, have, float64(want))
		}
	}
}

func sameCount(t *testing.T, where, have string, want *int, st reports.Status) {
	t.Helper()
	if st == reports.StatusSuppressed {
		if have != "n<10" {
			t.Errorf("%s: %q of a suppressed base", where, have)
		}
		return
	}
	if want == nil {
		if have != "–" {
			t.Errorf("%s: %q without a base", where, have)
		}
		return
	}
	if have != strconv.Itoa(*want) {
		t.Errorf("%s: %q, want %d", where, have, *want)
	}
}

// TestWorkbookFigures compares what every sheet shows with the report, for the questions that change how figures come about.
func TestWorkbookFigures(t *testing.T) {
	s, list := drawn(t, 1000)
	weighted := clone(list)
	for i, r := range weighted {
		r.ResponseWeight = 0.5 + float64(i%7)/4
	}
	post := *s
	post.Models = append([]surveys.Model{}, s.Models...)
	post.Models[0].Weighting = surveys.PostStratification("age",
		map[string]float64{"under_25": .16, "25_34": .31, "35_44": .25, "45_59": .19, "60_plus": .09})
	few := clone(list)
	for i, r := range few {
		if i > 80 {
			r.Ratings[5] = surveys.NotApplicable
		}
		if i > 20 {
			r.Ratings[6] = surveys.NotRouted
		}
		if i%5 == 0 { // attitude, efficiency and content do not apply: too few dimensions are left
			for k := range 10 {
				r.Ratings[k] = surveys.NotApplicable
			}
		}
		if i%5 == 1 { // one item of three answered: too little of attitude
			r.Ratings[0], r.Ratings[1] = surveys.Skipped, surveys.Skipped
		}
	}
	for name, c := range map[string]struct {
		s    *surveys.Survey
		list []*surveys.Response
		q    reports.Query
	}{
		"everything":                 {s, list, reports.Query{By: segmentations}},
		"model study":                {s, list, reports.Query{Model: "study", By: [][]string{{"age"}}}},
		"filtered":                   {s, list, reports.Query{Where: []reports.Where{{Attribute: "cabin", Values: []string{"business", "economy"}}}, By: segmentations}},
		"without screening":          {s, list, reports.Query{AllRows: true}},
		"base weights":               {s, weighted, reports.Query{By: segmentations}},
		"weights left out":           {s, weighted, reports.Query{Unweighted: true}},
		"post-stratified":            {&post, weighted, reports.Query{By: segmentations}},
		"post, filtered":             {&post, weighted, reports.Query{Where: []reports.Where{{Attribute: "route", Values: []string{"domestic"}}}, By: [][]string{{"cabin"}}}},
		"items of small base":        {s, few, reports.Query{By: segmentations}},
		"by what every response has": {s, list, reports.Query{By: [][]string{{"mode"}, {"language", "version"}, {"wave"}}}},
		"a small group":              {s, list[:60], reports.Query{By: segmentations}},
		"a tiny group":               {s, list[:22], reports.Query{By: segmentations}},
	} {
		t.Run(name, func(t *testing.T) {
			r := asked(t, c.s, c.list, c.q)
			f := workbook(t, c.s, r, c.list, exports.Options{Now: noon})
			summaryFigures(t, grid(t, f, "Summary"), r)
			dimensionFigures(t, grid(t, f, "Dimensions"), r)
			itemFigures(t, grid(t, f, "Items"), r)
			segmentFigures(t, c.s, grid(t, f, "Segments"), r)
			if n := len(grid(t, f, "Responses")) - 1; n != r.Responses.Read {
				t.Errorf("%d rows, want %d", n, r.Responses.Read)
			}
			checksPass(t, f)
		})
	}
}

func clone(list []*surveys.Response) []*surveys.Response {
	out := make([]*surveys.Response, len(list))
	for i, r := range list {
		c := *r
		c.Ratings = append([]byte{}, r.Ratings...)
		c.Attributes = append([]string{}, r.Attributes...)
		out[i] = &c
	}
	return out
}

func summaryFigures(t *testing.T, g [][]string, r *reports.Report) {
	t.Helper()
	if g[0][0] != r.Title {
		t.Errorf("title %q", g[0][0])
	}
	row := g[find(t, g, 0, "Satisfaction index (0–100)")]
	o := r.Overall
	for i, want := range []reports.Number{o.Estimate, o.Low, o.High, o.SE} {
		same(t, "summary, index", row[1+i], want, o.Status)
	}
	sameCount(t, "summary, n", row[5], o.N, o.Status)
	same(t, "summary, native", g[find(t, g, 0, "in the units of the answers")][1], o.Native, o.Status)
	nps := g[find(t, g, 0, "Net Promoter Score (−100 to 100)")]
	for i, want := range []reports.Number{r.Recommend.NPS, r.Recommend.Low, r.Recommend.High, r.Recommend.SE} {
		same(t, "summary, NPS", nps[1+i], want, r.Recommend.Status)
	}
	overall := g[find(t, g, 0, "Overall satisfaction, single question (0–10)")]
	same(t, "summary, overall", overall[1], r.OverallItem.Mean, r.OverallItem.Status)
	if it := r.OverallItem; it.Status == reports.StatusOK {
		same(t, "summary, overall from", overall[2], it.Estimate.Low/10, it.Status) // scale 0..10
		same(t, "summary, overall to", overall[3], it.Estimate.High/10, it.Status)
	}
	for label, want := range map[string]int{"Selected by the filter": r.Responses.Read, "Valid, in the figures above": r.Responses.Valid, "Left out: duplicates": r.Responses.Duplicates,
		"Left out: careless": r.Responses.Careless, "Left out: broken off": r.Responses.BreakOffs, "Valid, all answers the same": r.Responses.FlaggedKept, "Outside the filter": r.Responses.Outside} {
		sameCount(t, "summary, "+label, g[find(t, g, 0, label)][1], &want, reports.StatusOK)
	}
	all := ""
	for _, row := range g {
		all += strings.Join(row, "\t") + "\n"
	}
	for _, w := range r.Warnings {
		if !strings.Contains(all, w) {
			t.Errorf("the summary does not pass the warning %q on", w)
		}
	}
}

func dimensionFigures(t *testing.T, g [][]string, r *reports.Report) {
	t.Helper()
	total := 0.0
	for _, d := range r.Dimensions {
		row := g[find(t, g, 4, d.Key)]
		same(t, d.Key+" weight", row[2], reports.Number(d.DimensionWeight), reports.StatusOK)
		for column, want := range map[int]reports.Number{3: d.Estimate.Estimate, 4: d.SE, 5: d.Low, 6: d.High, 8: d.NEffective, 9: d.Deff, 10: d.Contribution} {
			same(t, "dimension "+d.Key, row[column], want, d.Status)
		}
		sameCount(t, "dimension "+d.Key, row[7], d.N, d.Status)
		if x, err := strconv.ParseFloat(row[10], 64); err == nil {
			total += x
		}
		for _, w := range d.Warnings {
			if !strings.Contains(cell(g, find(t, g, 4, d.Key), 14), w) {
				t.Errorf("dimension %s does not pass %q on", d.Key, w)
			}
		}
	}
	row := g[find(t, g, 4, "", "Index of the means")]
	same(t, "index of the means", row[10], r.IndexOfMeans.Estimate, r.IndexOfMeans.Status)
	if r.IndexOfMeans.Status == reports.StatusOK && math.Abs(total-float64(r.IndexOfMeans.Estimate)) > 1e-9 {
		t.Errorf("contributions add up to %v, the index of the means is %v", total, r.IndexOfMeans.Estimate)
	}
	same(t, "gap", g[find(t, g, 4, "", "Missing data gap")][3], r.MissingDataGap, r.Overall.Status)
}

func itemFigures(t *testing.T, g [][]string, r *reports.Report) {
	t.Helper()
	head := map[string]int{}
	for i, h := range g[3] {
		head[h] = i
	}
	items := append([]reports.ItemEstimate{}, r.Items...)
	if r.OverallItem != nil {
		items = append(items, *r.OverallItem)
	}
	for _, it := range items {
		i := find(t, g, 4, it.Key)
		row := g[i]
		st := it.Status
		if row[1] != it.Label || row[2] != it.Dimension || row[3] != it.Touchpoint || row[4] != it.Owner {
			t.Errorf("item %s is %q", it.Key, row[:5])
		}
		for name, want := range map[string]reports.Number{"Mean": it.Mean, "SE of mean": it.MeanSE, "Index": it.Estimate.Estimate, "Standard error": it.SE, "from": it.Estimate.Low, "to": it.Estimate.High} {
			same(t, it.Key+" "+name, cell(g, i, head[name]), want, st)
		}
		sameCount(t, it.Key+" n", row[head["n"]], it.N, st)
		if it.TopBox != nil {
			same(t, it.Key+" top box", row[head["Top box"]], it.TopBox.Share, st)
			same(t, it.Key+" top box", row[head["Top box from"]], it.TopBox.Low, st)
			same(t, it.Key+" top box", row[head["Top box to"]], it.TopBox.High, st)
		}
		for _, b := range it.Histogram {
			same(t, it.Key+" histogram", row[head[strconv.Itoa(b.Value)]], reports.Number(b.N), st)
		}
		for name, want := range map[string]*int{"Not applic.": it.NotApplicable, "Skipped": it.Skipped, "Not asked": it.NotRouted} {
			sameCount(t, it.Key+" "+name, row[head[name]], want, st)
		}
	}
}

func segmentFigures(t *testing.T, s *surveys.Survey, g [][]string, r *reports.Report) {
	t.Helper()
	at, before := 0, ""
	for _, x := range r.Segments {
		if by := strings.Join(x.Attributes, ","); by != before {
			before = by
			at = find(t, g, at, "By "+blockName(s, x.Attributes)) + 1
		}
		at = find(t, g, at, x.Label)
		row := g[at]
		st := x.Overall.Status
		if x.Status == reports.StatusSuppressed {
			st = x.Status
		}
		sameCount(t, x.Label+" n", row[1], x.N, x.Status)
		same(t, x.Label+" index", row[2], x.Overall.Estimate, st)
		same(t, x.Label+" from", row[3], x.Overall.Low, st)
		same(t, x.Label+" to", row[4], x.Overall.High, st)
		if x.OverallItem != nil && x.Status != reports.StatusSuppressed {
			same(t, x.Label+" overall", row[5], x.OverallItem.Mean, x.OverallItem.Status)
		}
		if x.Recommend != nil && x.Status != reports.StatusSuppressed {
			same(t, x.Label+" NPS", row[6], x.Recommend.NPS, x.Recommend.Status)
		}
		for i, d := range x.Dimensions {
			dst := d.Status
			if x.Status == reports.StatusSuppressed {
				dst = x.Status
			}
			same(t, x.Label+" "+d.Key, row[7+i], d.Estimate.Estimate, dst)
		}
		if v := x.VersusRest; v != nil && st == reports.StatusOK {
			k := 7 + len(r.Dimensions)
			same(t, x.Label+" difference", row[k], v.Difference, st)
			same(t, x.Label+" p", row[k+1], v.PAdjusted, st)
			if row[k+2] != strings.ReplaceAll(v.Verdict, "_", " ") {
				t.Errorf("%s: verdict %q, want %q", x.Label, row[k+2], v.Verdict)
			}
		}
	}
}

func blockName(s *surveys.Survey, attributes []string) string {
	var out []string
	for _, a := range attributes {
		label := a // of what every response has, such as the mode
		if at := s.Questionnaire.AttributeAt(surveys.AttributeKey(a)); at >= 0 {
			label = s.Questionnaire.Attributes[at].Label["en"]
		}
		out = append(out, label)
	}
	return strings.Join(out, " × ")
}
