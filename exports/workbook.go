package exports

import (
	"context"
	"fmt"
	"io"

	"paxscore/reports"
	"paxscore/surveys"
)

// document is what the sheets of a workbook are filled from.
type document struct {
	b          *book
	s          *surveys.Survey
	m          *surveys.Model
	r          *reports.Report
	o          Options
	checks     *checks
	suppressed bool // the whole report is
}

// hidden reports whether a report must not tell about its responses at all.
func hidden(r *reports.Report) bool {
	few := r.Responses.Valid > 0 && r.Responses.Valid < r.Policy.SuppressBelow
	return r.Responses.Suppressed || few || r.Overall.Status == reports.StatusSuppressed
}

// heading writes the two rows at the top of a sheet: what it shows and of whom.
func (d *document) heading(s *sheet, name string, columns int, l layout) {
	s.span(title, name, columns, l.width())
	s.add(15, d.b.text(subtitle, d.r.Title+" · "+sentence(d.s, d.r)))
	if l.head > 3 {
		s.skip(l.head - 3)
	}
}

// Workbook writes the report and the responses behind it as an Excel workbook of the sheets Summary, Dimensions, Items,
// Segments, Responses (and Responses 2 … where Excel's rows are not enough), Method, Filters and Checks. The Checks sheet
// recounts the report from the rows. Of a report whose base is suppressed no response is listed.
//
// Errors: those of rows, w and ctx; surveys.ErrNotFound if the survey lacks the report's model; ErrChecksFailed, after
// all is written, if a check fails. So write to a file of your own and hand it out only without an error.
func Workbook(ctx context.Context, w io.Writer, s *surveys.Survey, r *reports.Report, rows Rows, o ...Options) error {
	if err := workbook(ctx, w, s, r, rows, options(o)); err != nil {
		return fmt.Errorf("write workbook of survey %q: %w", s.Key, err)
	}
	return nil
}

func workbook(ctx context.Context, w io.Writer, s *surveys.Survey, r *reports.Report, rows Rows, o Options) error {
	m, err := s.Model(surveys.ModelKey(r.Model))
	if err != nil {
		return err
	}
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.Close()
	d := &document{b: b, s: s, m: m, r: r, o: o}
	d.suppressed = hidden(r)

	// Sheets stand in the order in which they are made here; the first is filled last, since it tells the checks' result.
	summary, err := b.sheet("Summary", summaryLayout())
	if err != nil {
		return err
	}
	for _, x := range []struct {
		name   string
		layout layout
		fill   func(*sheet)
	}{{"Dimensions", dimensionsLayout(), d.dimensions}, {"Items", d.itemsLayout(), d.items}, {"Segments", d.segmentsLayout(), d.segments}} {
		if err := d.fill(x.name, x.layout, x.fill); err != nil {
			return err
		}
	}
	if err := d.responses(ctx, rows); err != nil {
		return err
	}
	for _, x := range []struct {
		name   string
		layout layout
		fill   func(*sheet)
	}{{"Method", methodLayout(), d.method}, {"Filters", factsLayout(), d.filters}, {"Checks", checksLayout(), func(s *sheet) { d.checks.write(s, b) }}} {
		if err := d.fill(x.name, x.layout, x.fill); err != nil {
			return err
		}
	}
	d.summary(summary)
	if err := summary.end(); err != nil {
		return err
	}
	if err := b.properties(r.Title, "Passenger satisfaction report", sentence(s, r)+". Model "+r.ModelVersion+". "+d.checks.verdict()+".", o); err != nil {
		return err
	}
	if err := b.writeTo(ctx, w); err != nil {
		return err
	}
	return d.checks.err()
}

// fill makes a sheet, fills it and closes it.
func (d *document) fill(name string, l layout, fill func(*sheet)) error {
	s, err := d.b.sheet(name, l)
	if err != nil {
		return err
	}
	fill(s)
	return s.end()
}

// responses lists the responses, unless the report is suppressed, and recounts the report from them.
func (d *document) responses(ctx context.Context, rows Rows) error {
	t := newTable(d.s, false)
	rc := newRecount(d.s, d.m, d.r, t)
	var list *listing
	if d.suppressed {
		err := d.fill("Responses", layout{widths: []float64{110}, tab: grey}, func(s *sheet) {
			s.span(note, fmt.Sprintf("Not listed: the report rests on fewer than %d valid responses, and single answers would tell who gave them.", d.r.Policy.SuppressBelow), 1, 110)
		})
		if err != nil {
			return err
		}
	} else {
		var err error
		if list, err = newListing(d.b, t, d.r.Responses.Read, d.o.sheetRows); err != nil {
			return err
		}
	}
	read := 0
	counted := func(yield func(*surveys.Response, error) bool) {
		for r, err := range rows {
			if err == nil {
				rc.weigh(r, caseWeight(d.r, read, r))
				read++
			}
			if !yield(r, err) {
				return
			}
		}
	}
	_, err := walk(ctx, t, d.r, counted, func(r *surveys.Response, v reports.Verdict, caseWeight float64) error {
		rc.add(r, v, caseWeight)
		if list == nil {
			return nil
		}
		return list.add(r, v, caseWeight)
	})
	if err != nil && !isCheck(err) { // a wrong number of rows is among the checks below
		return err
	}
	live := &formulas{t: t, weighted: d.r.Weighting.Method}
	written, cuts := 0, 0
	if list != nil {
		if err := list.end(); err != nil {
			return err
		}
		live.sheets, written, cuts = list.sheets, list.rows, list.cuts
	}
	d.checks = compare(d.r, rc, live, d.suppressed, read, written)
	d.checks.cuts = cuts
	return nil
}
