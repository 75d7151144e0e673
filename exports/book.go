package exports

import (
	"archive/zip"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// book is a workbook under way. Its sheets are made in the order in which they stand and filled in any order.
type book struct {
	f   *excelize.File
	ids [looks]int
	n   int // sheets
}

func newBook() (*book, error) {
	f := excelize.NewFile()
	ids, err := styles(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &book{f: f, ids: ids}, nil
}

// Close removes the temporary files that hold the sheets.
func (b *book) Close() error { return b.f.Close() }

// properties describes the document.
func (b *book) properties(heading, subject, description string, o Options) error {
	p := &excelize.DocProperties{Title: clean(heading), Subject: clean(subject), Description: clean(description),
		Creator: "paxscore", LastModifiedBy: "paxscore"}
	if !o.Now.IsZero() {
		p.Created = o.Now.UTC().Format(time.RFC3339)
		p.Modified = p.Created
	}
	if err := b.f.SetDocProps(p); err != nil {
		return err
	}
	yes := true
	return b.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes})
}

// writeTo ends the workbook. It is compressed straight into w: what would otherwise be a second copy in memory.
// The first sheet is the active one; SetActiveSheet would read every streamed sheet back into memory to say so.
func (b *book) writeTo(ctx context.Context, w io.Writer) error {
	out := &sink{w: w, ctx: ctx}
	b.f.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		z := zip.NewWriter(out)
		z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		return z
	})
	err := b.f.Write(io.Discard)
	if out.err != nil {
		return fmt.Errorf("write workbook: %w", out.err)
	}
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// layout is how a sheet looks beside its cells.
type layout struct {
	widths   []float64 // of the columns from A, in characters
	head     int       // rows at the top that stay in view and are repeated on every printed page
	left     int       // columns at the left that stay in view
	grid     bool      // show grid lines
	portrait bool
	across   int    // pages that the columns are printed on, 0 for as many as leave them legible
	tab      string // colour of the tab
	lines    bool   // every row is one line high, whatever its texts want
	used     string // range of the cells, if known beforehand
}

// width is that of all columns.
func (l layout) width() (w float64) {
	for _, x := range l.widths {
		w += x
	}
	return w
}

// pages is how many pages the columns are printed on side by side.
func (l layout) pages() int {
	const legible = 180 // characters across a landscape page
	if l.across > 0 {
		return l.across
	}
	return max(1, int(l.width()/legible+0.5))
}

// repeated names the rows and columns that stand on every printed page.
func (l layout) repeated(sheet string) string {
	rows := fmt.Sprintf("'%s'!$1:$%d", sheet, l.head)
	if l.left == 0 || l.pages() == 1 {
		return rows
	}
	name, err := excelize.ColumnNumberToName(l.left)
	if err != nil {
		return rows
	}
	return fmt.Sprintf("'%s'!$A:$%s,%s", sheet, name, rows)
}

// lineHeight is that of a line of text, in points.
const lineHeight = 13.5

// sheet is a sheet under way; rows are added from the top. The first error stays and later calls do nothing.
type sheet struct {
	b    *book
	sw   *excelize.StreamWriter
	name string
	row  int // last written, from 1
	err  error
}

// sheet adds a sheet behind the others.
func (b *book) sheet(name string, l layout) (*sheet, error) {
	fail := func(err error) (*sheet, error) { return nil, fmt.Errorf("make sheet %s: %w", name, err) }
	var err error
	if b.n == 0 {
		err = b.f.SetSheetName("Sheet1", name)
	} else {
		_, err = b.f.NewSheet(name)
	}
	if err != nil {
		return fail(err)
	}
	b.n++
	// What stands before the rows in the file has to be set before the stream begins.
	yes, zero, paper := true, 0, 9 // A4
	orientation := "landscape"
	if l.portrait {
		orientation = "portrait"
	}
	across := l.pages()
	props := &excelize.SheetPropsOptions{FitToPage: &yes}
	if l.tab != "" {
		props.TabColorRGB = &l.tab
	}
	if l.lines {
		high := 15.0
		props.DefaultRowHeight, props.CustomHeight = &high, &yes
	}
	margin, edge, foot := 0.4, 0.6, 0.3 // inches
	for _, set := range []func() error{
		func() error { return b.f.SetSheetProps(name, props) },
		func() error { return b.f.SetSheetDimension(name, l.used) },
		func() error {
			return b.f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &across, FitToHeight: &zero})
		},
		func() error {
			return b.f.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &edge, Bottom: &edge, Header: &foot, Footer: &foot})
		},
		func() error {
			return b.f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&8paxscore&C&8&A&R&8&P / &N"})
		},
		func() error { return b.f.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &l.grid}) },
		func() error {
			if l.head == 0 {
				return nil
			}
			return b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: name,
				RefersTo: l.repeated(name)})
		},
	} {
		if err := set(); err != nil {
			return fail(err)
		}
	}
	sw, err := b.f.NewStreamWriter(name)
	if err != nil {
		return fail(err)
	}
	for i, w := range l.widths {
		if err := sw.SetColWidth(i+1, i+1, w); err != nil {
			return fail(err)
		}
	}
	if l.head > 0 || l.left > 0 {
		corner, err := excelize.CoordinatesToCellName(l.left+1, l.head+1)
		if err != nil {
			return fail(err)
		}
		pane := "bottomLeft"
		if l.left > 0 {
			pane = "bottomRight"
		}
		if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: l.left, YSplit: l.head, TopLeftCell: corner, ActivePane: pane}); err != nil {
			return fail(err)
		}
	}
	return &sheet{b: b, sw: sw, name: name}, nil
}

// add writes the next row, as high as given or as its content wants if height is 0.
func (s *sheet) add(height float64, cells ...any) {
	if s.err != nil {
		return
	}
	s.row++
	height = min(height, excelize.MaxRowHeight)
	if err := s.sw.SetRow(cellName(1, s.row), cells, excelize.RowOpts{Height: height}); err != nil {
		s.err = fmt.Errorf("write sheet %s, row %d: %w", s.name, s.row, err)
	}
}

// skip leaves n rows empty.
func (s *sheet) skip(n int) { s.row += n }

// span writes a text over the first n columns, high enough for it; width is that of the columns together.
func (s *sheet) span(l look, text string, n int, width float64) {
	height := lineHeight * float64(lines(text, width))
	if l == title {
		height = 28
	}
	cells := make([]any, n)
	cells[0] = s.b.text(l, text)
	for i := 1; i < n; i++ {
		cells[i] = excelize.Cell{StyleID: s.b.ids[l]}
	}
	s.add(height, cells...)
	if s.err == nil {
		s.err = s.sw.MergeCell(cellName(1, s.row), cellName(n, s.row))
	}
}

// filter puts filter buttons on a header row and closes the rows under it in.
func (s *sheet) filter(headRow, columns int) {
	if s.err != nil {
		return
	}
	if err := s.b.f.AutoFilter(s.name, cellName(1, headRow)+":"+cellName(columns, max(s.row, headRow)), nil); err != nil {
		s.err = fmt.Errorf("write sheet %s: %w", s.name, err)
	}
}

// end closes the sheet and returns its first error.
func (s *sheet) end() error {
	if s.err != nil {
		return s.err
	}
	if err := s.sw.Flush(); err != nil {
		return fmt.Errorf("write sheet %s: %w", s.name, err)
	}
	return nil
}

// cellName is like excelize's for places that cannot be wrong.
func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "A1"
	}
	return name
}
