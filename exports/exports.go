package exports

import (
	"errors"
	"io"
	"iter"
	"time"

	"paxscore/surveys"
)

// Rows is a stream of responses in the order of Report.Verdicts; a value is valid until the next iteration.
type Rows = iter.Seq2[*surveys.Response, error]

// ErrChecksFailed says that what was written does not agree with the report: the recount of the rows gives another
// figure, or there are more or fewer rows. The file was written to its end, with the failed checks marked, so that
// they can be studied; whoever sees this error must not hand the file out as a result.
var ErrChecksFailed = errors.New("the rows do not agree with the report")

// Options are what a report does not know about its file. At most one is given to a function; the zero value is good.
type Options struct {
	Now         time.Time // when the file is made; zero leaves the time out
	Version     string    // of the program, for the Method sheet
	Respondents bool      // list the respondent's reference, personal data, in ResponsesCSV and ResponsesXLSX

	sheetRows int // rows of a sheet, header included; 0 is Excel's limit
}

// Limits of an Excel sheet and cell.
const (
	maxSheetRows = 1_048_576
	maxCellUnits = 32_767  // UTF-16 code units
	maxSheetSize = 3 << 30 // bytes of XML; the format wants other zip headers from 4 GiB
)

func options(o []Options) Options {
	var out Options
	if len(o) > 0 {
		out = o[0]
	}
	if out.sheetRows <= 1 || out.sheetRows > maxSheetRows {
		out.sheetRows = maxSheetRows
	}
	return out
}

// sink keeps the first error of its writer, and that of its context, and repeats it on every later write, because the
// layers above do not all look at the errors of single writes.
type sink struct {
	w   io.Writer
	ctx interface{ Err() error }
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	s.err = err
	return n, err
}
