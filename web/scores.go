package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"paxscore/reports"
	"paxscore/surveys"
)

// scoresPage renders a report; it computes no figure.
type scoresPage struct {
	frame
	Survey, Heading, Model string
	Base                   string // address of the page without a question
	Filter                 filterForm
	Files                  []file
	Tiles                  []tile
	Warnings               []string
	Confidence             string
	Axis                   axis
	Dimensions             []dimensionRow
	Items                  []itemRow
	Segmentations          []segmentation
	DimensionNames         []string
	Counts, Method         []line
	Flagged                bool // some figure is marked
}

type file struct{ Name, Address string }

// tile is one of the figures on top.
type tile struct{ Label, Value, Unit, Interval, Note string }

// line is a row of a table of two columns.
type line struct{ Label, Value, Note string }

type dimensionRow struct {
	Label, Weight, Native, Contribution string
	Figure                              figure
	Dot                                 dot
}

type itemRow struct {
	Label, Dimension, Mean, Scale, TopBox string
	Figure                                figure
	Dot                                   dot
	Missing                               string // not applicable and skipped
}

type segmentation struct {
	ID, Title string
	Axis      axis
	Rows      []segmentRow
}

type segmentRow struct {
	Label, N, OverallItem, NPS string
	Figure                     figure
	Dot                        dot
	Dimensions                 []figure
	Difference, Verdict        string
	Tone                       string // class of the verdict: higher, lower, same
}

func newScoresPage(s *surveys.Survey, q reports.Query, v url.Values, r *reports.Report) *scoresPage {
	page := &scoresPage{
		Survey: r.Survey, Heading: r.Title, Model: r.ModelLabel, Base: "/dashboard/" + url.PathEscape(r.Survey),
		Filter: newFilterForm(s, q, v), Files: newFiles(r.Survey, q), Warnings: append(append([]string(nil), r.Warnings...), r.Overall.Warnings...),
		Confidence: reports.Format(100*r.Design.Confidence, 0) + "%", Tiles: newTiles(r),
		Counts: newCounts(r), Method: newMethod(r),
	}
	page.Filter.Chosen = append([]string{"model: " + r.ModelLabel}, page.Filter.Chosen...)
	p := r.Policy
	estimates := make([]reports.Estimate, 0, len(r.Dimensions)+len(r.Items))
	names := map[string]string{}
	for _, d := range r.Dimensions {
		estimates = append(estimates, d.Estimate)
		names[d.Key] = d.Label
		page.DimensionNames = append(page.DimensionNames, d.Label)
	}
	for _, i := range r.Items {
		estimates = append(estimates, i.Estimate)
	}
	page.Axis = newAxis(r.Overall, estimates)
	for _, d := range r.Dimensions {
		page.Dimensions = append(page.Dimensions, dimensionRow{
			Label: d.Label, Weight: reports.Format(100*d.DimensionWeight, 1) + "%", Native: number(d.Native, places),
			Contribution: number(d.Contribution, places), Figure: newFigure(d.Estimate, p), Dot: page.Axis.dot(d.Estimate),
		})
	}
	for _, i := range r.Items {
		page.Items = append(page.Items, newItemRow(i, names[i.Dimension], page.Axis, p))
	}
	page.Segmentations = newSegmentations(s, r)
	page.Flagged = anyFlagged(r)
	return page
}

func newFiles(survey string, q reports.Query) []file {
	root, query := "/api/v1/surveys/"+url.PathEscape(survey), address(q)
	if query != "" {
		query = "?" + query
	}
	return []file{
		{"Workbook (xlsx)", root + "/report.xlsx" + query},
		{"Responses (csv)", root + "/responses.csv" + query},
		{"Responses (xlsx)", root + "/responses.xlsx" + query},
		{"Scores (JSON)", root + "/scores" + query},
	}
}

func newTiles(r *reports.Report) []tile {
	f := newFigure(r.Overall, r.Policy)
	overall := tile{Label: "Overall index", Value: f.Value, Unit: "of 100", Interval: f.Interval, Note: "n = " + f.N}
	if f.Value == "" {
		overall.Value, overall.Unit, overall.Note = "–", "", f.Reason
	} else if r.Overall.Native.Valid() {
		overall.Note += ", mean of the answers " + number(r.Overall.Native, places)
	}
	tiles := []tile{overall}
	if i := r.OverallItem; i != nil {
		f := newFigure(i.Estimate, r.Policy)
		t := tile{Label: "Overall satisfaction", Value: number(i.Mean, places), Unit: fmt.Sprintf("%d to %d", i.Low, i.High), Note: "n = " + f.N}
		if f.Value == "" {
			t.Value, t.Unit, t.Note = "–", "", f.Reason
		} else {
			span := float64(i.High-i.Low) / 100
			at := func(n reports.Number) reports.Number { return reports.Number(float64(i.Low) + float64(n)*span) }
			t.Interval = interval(at(i.Estimate.Low), at(i.Estimate.High), places)
			if i.TopBox != nil {
				t.Note += ", top two answers " + percent(i.TopBox.Share, 1)
			}
		}
		tiles = append(tiles, t)
	}
	if rec := r.Recommend; rec != nil {
		t := tile{Label: "Net Promoter Score", Value: number(rec.NPS, places), Unit: "−100 to 100", Interval: interval(rec.Low, rec.High, places)}
		if why := reason(rec.Status, r.Policy); why != "" {
			t.Value, t.Unit, t.Interval, t.Note = "–", "", "", why
		} else {
			t.Note = fmt.Sprintf("%s promoters, %s detractors of %s", optional(rec.Promoters), optional(rec.Detractors), optional(rec.N))
		}
		tiles = append(tiles, t)
	}
	return append(tiles, tile{Label: "Valid responses", Value: count(r.Responses.Valid), Note: "of " + count(r.Responses.Read) + " received"})
}

func newItemRow(i reports.ItemEstimate, dimension string, a axis, p reports.Policy) itemRow {
	row := itemRow{
		Label: i.Label, Dimension: dimension, Mean: number(i.Mean, places), Scale: fmt.Sprintf("%d–%d", i.Low, i.High),
		Figure: newFigure(i.Estimate, p), Dot: a.dot(i.Estimate), TopBox: "–",
	}
	if i.TopBox != nil && row.Figure.Value != "" {
		row.TopBox = percent(i.TopBox.Share, 1)
	}
	if i.NotApplicable != nil && i.Skipped != nil {
		row.Missing = count(*i.NotApplicable) + " / " + count(*i.Skipped)
	}
	return row
}

// newSegmentations groups the segments by what they are made of, in the order asked.
func newSegmentations(s *surveys.Survey, r *reports.Report) []segmentation {
	labels := map[string]string{}
	for _, a := range s.Questionnaire.Attributes {
		labels[string(a.Key)] = english(s, a.Label)
	}
	var out []segmentation
	var members [][]reports.Segment
	at := map[string]int{}
	for _, segment := range r.Segments {
		key := strings.Join(segment.Attributes, ",")
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, segmentation{ID: "by-" + strconv.Itoa(i+1), Title: joinLabels(segment.Attributes, labels)})
			members = append(members, nil)
		}
		members[i] = append(members[i], segment)
	}
	for i := range out {
		estimates := make([]reports.Estimate, len(members[i]))
		for j, segment := range members[i] {
			estimates[j] = segment.Overall
		}
		out[i].Axis = newAxis(r.Overall, estimates)
		for _, segment := range members[i] {
			out[i].Rows = append(out[i].Rows, newSegmentRow(segment, out[i].Axis, r.Policy))
		}
	}
	return out
}

func newSegmentRow(s reports.Segment, a axis, p reports.Policy) segmentRow {
	row := segmentRow{
		Label: s.Label, N: optional(s.N), Figure: newFigure(s.Overall, p), Dot: a.dot(s.Overall), OverallItem: "–", NPS: "–",
		Difference: "–", Verdict: "not tested", Tone: "same",
	}
	if why := reason(s.Status, p); why != "" {
		row.Figure.Value, row.Figure.Reason, row.Dot = "", why, dot{}
	}
	if s.OverallItem != nil {
		row.OverallItem = number(s.OverallItem.Mean, places)
	}
	if s.Recommend != nil {
		row.NPS = number(s.Recommend.NPS, 1)
	}
	for _, d := range s.Dimensions {
		row.Dimensions = append(row.Dimensions, newFigure(d.Estimate, p))
	}
	if v := s.VersusRest; v != nil {
		row.Difference = signed(v.Difference, places)
		switch {
		case v.Verdict == "different" && v.Difference > 0:
			row.Verdict, row.Tone = "higher", "higher"
		case v.Verdict == "different":
			row.Verdict, row.Tone = "lower", "lower"
		case v.Verdict == "same":
			row.Verdict = "the same"
		case v.Verdict == "unclear":
			row.Verdict = "unclear"
		}
	}
	return row
}

func anyFlagged(r *reports.Report) bool {
	flagged := r.Overall.Status == reports.StatusFlagged
	for _, d := range r.Dimensions {
		flagged = flagged || d.Status == reports.StatusFlagged
	}
	for _, i := range r.Items {
		flagged = flagged || i.Status == reports.StatusFlagged
	}
	for _, s := range r.Segments {
		flagged = flagged || s.Overall.Status == reports.StatusFlagged
		for _, d := range s.Dimensions {
			flagged = flagged || d.Status == reports.StatusFlagged
		}
	}
	return flagged
}
