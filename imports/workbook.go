package imports

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a workbook. It is unpacked as a whole before its first row; large sheets go to temporary files.
const (
	maxWorkbook = 256 << 20 // bytes as stored
	maxSheet    = 2 << 30   // bytes of one unpacked sheet or of the shared strings
	maxPart     = 64 << 20  // bytes of all other unpacked parts together
	maxRatio    = 200       // unpacked to stored, for parts of more than 64 MB
	inMemory    = 8 << 20   // bytes of a sheet kept in memory; larger ones go to a temporary file
)

// workbookReader yields the rows of one sheet.
type workbookReader struct {
	f     *File
	book  *excelize.File
	rows  *excelize.Rows
	line  int
	last  []int // number of the last row of each sheet of the workbook, by the order in the archive
	width int   // cells of the first row
	text  []byte
	dates dateSystem
}

// dateSystem turns the day numbers of a workbook into times.
type dateSystem struct{ from1904 bool }

// workbook opens a sheet, the first if none is named.
func (f *File) workbook(sheet string) (rowReader, error) {
	last, err := f.inspect()
	if err != nil {
		return nil, err
	}
	w := &workbookReader{f: f, last: last}
	err = guard(func() (err error) {
		w.book, err = excelize.OpenFile(f.path, excelize.Options{RawCellValue: true, UnzipSizeLimit: 2*maxSheet + maxPart, UnzipXMLSizeLimit: inMemory})
		return err
	})
	if err != nil {
		return nil, f.errorf(0, err, "the workbook cannot be read")
	}
	f.src.n = f.Size
	if err := guard(func() error { return w.open(sheet) }); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// open chooses the sheet.
func (w *workbookReader) open(sheet string) error {
	sheets := w.book.GetSheetList()
	if len(sheets) == 0 {
		return w.f.errorf(0, nil, "the workbook has no sheets")
	}
	if sheet == "" {
		sheet = sheets[0]
	}
	if !slices.Contains(sheets, sheet) {
		return w.f.errorf(0, nil, "there is no sheet %q; the sheets are %s", sheet, strings.Join(sheets, ", "))
	}
	if p, err := w.book.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		w.dates.from1904 = *p.Date1904
	}
	rows, err := w.book.Rows(sheet)
	if err != nil {
		return w.f.errorf(0, err, "sheet %q cannot be read", sheet)
	}
	w.rows = rows
	return nil
}

// guard turns a panic of the workbook library on a malformed file into an error.
func guard(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the workbook is malformed: %v", r)
		}
	}()
	return do()
}

// Close releases the workbook and its temporary files.
func (w *workbookReader) Close() error {
	return guard(func() error {
		if w.rows != nil {
			w.rows.Close()
		}
		return w.book.Close()
	})
}

func (w *workbookReader) read(r *row) error {
	*r = row{cells: r.cells[:0]}
	var columns []string
	for len(columns) == 0 {
		more := false
		err := guard(func() (err error) {
			if more = w.rows.Next(); more {
				w.line++
				columns, err = w.rows.Columns(excelize.Options{RawCellValue: true})
			} else {
				err = w.rows.Error()
			}
			return err
		})
		if err != nil {
			return w.f.errorf(w.line, err, "the sheet cannot be read further")
		}
		if !more {
			return w.ended()
		}
	}
	r.line = w.line
	w.text = w.text[:0]
	for i, c := range columns {
		if len(c) > MaxCell && r.bad == "" {
			r.bad, r.badAt = fmt.Sprintf("the cell has %d bytes; at most %d are read", len(c), MaxCell), i+1
		}
		if len(c) <= MaxCell {
			w.text = append(w.text, c...)
		}
		if len(w.text) > MaxRow {
			r.bad, r.badAt = fmt.Sprintf("the row has more than %d bytes, the most that is read", MaxRow), 0
			return nil
		}
	}
	if r.bad != "" {
		return nil
	}
	at := 0
	for _, c := range columns {
		r.cells = append(r.cells, w.text[at:at+len(c)])
		at += len(c)
	}
	// A workbook does not store the empty cells at the end of a row.
	if w.width == 0 {
		w.width = len(r.cells)
	}
	for len(r.cells) < w.width {
		r.cells = append(r.cells, nil)
	}
	return nil
}

// ended checks that the sheet was read to its last row: the library ends silently where the XML of a sheet breaks off.
func (w *workbookReader) ended() error {
	if len(w.last) == 0 || slices.Contains(w.last, w.line) {
		return io.EOF
	}
	return w.f.errorf(w.line, nil, "the sheet breaks off after row %d: the workbook is malformed", w.line)
}

// inspect refuses archives that unpack to too much, and finds the number of the last row of every sheet.
func (f *File) inspect() (last []int, err error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, f.errorf(0, err, "cannot be read")
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, f.errorf(0, err, "cannot be read")
	}
	if info.Size() > maxWorkbook {
		return nil, f.errorf(0, nil, "the workbook has more than %d MB, the most that is read; save it as CSV", maxWorkbook>>20)
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return nil, f.errorf(0, err, "the workbook is damaged or cut off")
	}
	isBook := false
	var others uint64
	for _, part := range archive.File {
		name := strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
		size := part.UncompressedSize64
		isBook = isBook || name == "xl/workbook.xml"
		sheet := strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml")
		limit := uint64(maxSheet)
		if !sheet && name != "xl/sharedstrings.xml" {
			others += size
			size, limit = others, maxPart
		}
		if size > limit {
			return nil, f.errorf(0, nil, "%s of the workbook unpacks to more than %d MB, the most that is read", part.Name, limit>>20)
		}
		if part.UncompressedSize64 > 64<<20 && part.UncompressedSize64/maxRatio > part.CompressedSize64 {
			return nil, f.errorf(0, nil, "%s of the workbook unpacks to more than %d times its size: this is no genuine workbook", part.Name, maxRatio)
		}
		if sheet {
			n, err := lastRow(part)
			if err != nil {
				return nil, f.errorf(0, err, "%s of the workbook is damaged", part.Name)
			}
			last = append(last, n)
		}
	}
	if !isBook {
		return nil, f.errorf(0, nil, "this is a zip archive, not a workbook (.xlsx), CSV or gzipped CSV")
	}
	return last, nil
}

// lastRow scans the XML of a sheet for its rows without parsing it, and returns the number of the last, or -1 if the
// sheet is not closed.
func lastRow(part *zip.File) (int, error) {
	r, err := part.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	const keep = 512 // longer than any start tag of a row up to its number
	buf := make([]byte, 0, 64<<10)
	n, closed := 0, false
	for {
		m, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+m]
		done := err == io.EOF
		if err != nil && !done {
			return 0, err
		}
		to := len(buf) - keep // what starts behind may not be complete
		if done {
			to = len(buf)
		}
		at := 0
		for at < to {
			i := bytes.IndexByte(buf[at:to], '<')
			if i < 0 {
				at = to
				break
			}
			at += i + 1
			switch name, tag := tagName(buf[at:]); name {
			case "row":
				n = rowNumber(tag, n+1)
			case "/sheetData":
				closed = true
			}
		}
		if done {
			break
		}
		if at > 0 {
			buf = buf[:copy(buf, buf[at:])]
		}
	}
	if !closed {
		return -1, nil
	}
	return n, nil
}

// tagName returns the local name of a tag, with its slash, and the text up to its end; "" for names of no interest.
func tagName(b []byte) (string, []byte) {
	b = b[:min(len(b), 512)]
	i := bytes.IndexByte(b, '>')
	if i < 0 {
		return "", nil
	}
	b = b[:i]
	name := b
	if j := bytes.IndexAny(b, " \t\r\n"); j >= 0 {
		name = b[:j]
	}
	slash := ""
	if bytes.HasPrefix(name, []byte("/")) {
		slash, name = "/", name[1:]
	}
	if j := bytes.IndexByte(name, ':'); j >= 0 {
		name = name[j+1:]
	}
	switch slash + string(name) {
	case "row", "row/":
		return "row", b
	case "/sheetData", "sheetData/":
		return "/sheetData", b
	case "sheetData":
		if bytes.HasSuffix(b, []byte("/")) {
			return "/sheetData", b
		}
	}
	return "", nil
}

// rowNumber returns the attribute r of a row's tag, or otherwise the number given.
func rowNumber(tag []byte, otherwise int) int {
	for _, field := range bytes.Fields(tag) {
		v, ok := bytes.CutPrefix(field, []byte("r="))
		if !ok {
			continue
		}
		if n, err := strconv.Atoi(strings.Trim(string(bytes.TrimRight(v, "/")), `"'`)); err == nil {
			return n
		}
	}
	return otherwise
}
