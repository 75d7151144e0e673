package api

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"paxscore/exports"
	"paxscore/reports"
	"paxscore/surveys"
)

const (
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeCSV  = "text/csv; charset=utf-8"
)

// csvBuffer is how much of a CSV file is held back, so that what goes wrong at once is still answered as a problem.
const csvBuffer = 256 << 10

// writeFile writes a file of a report to w.
type writeFile func(ctx context.Context, w io.Writer, v *surveys.Survey, r *reports.Report, rows exports.Rows) error

func (s *server) workbook(c *gin.Context) error {
	return s.sendWhole(c, "report.xlsx", typeXLSX, func(ctx context.Context, w io.Writer, v *surveys.Survey, r *reports.Report, rows exports.Rows) error {
		return exports.Workbook(ctx, w, v, r, rows, s.options())
	})
}

func (s *server) responsesXLSX(c *gin.Context) error {
	return s.sendWhole(c, "responses.xlsx", typeXLSX, func(ctx context.Context, w io.Writer, v *surveys.Survey, r *reports.Report, rows exports.Rows) error {
		_, err := exports.ResponsesXLSX(ctx, w, v, r, rows, s.options())
		return err
	})
}

func (s *server) responsesCSV(c *gin.Context) error {
	return s.stream(c, "responses.csv", typeCSV, func(ctx context.Context, w io.Writer, v *surveys.Survey, r *reports.Report, rows exports.Rows) error {
		_, err := exports.ResponsesCSV(ctx, w, v, r, rows, s.options())
		return err
	})
}

func (s *server) options() exports.Options {
	return exports.Options{Now: s.Service.Now(), Version: s.Version}
}

// mostTries is how often a file is begun anew because responses were removed while it was written.
const mostTries = 4

// agreed gives write a report and its rows, and does so anew where a response is removed before write is through, as long as nothing of
// the answer is sent.
func (s *server) agreed(c *gin.Context, write func(v *surveys.Survey, r *reports.Report, rows exports.Rows) error) error {
	for try := 1; ; try++ {
		v, r, rows, err := s.responses(c)
		if err != nil {
			return err
		}
		if err = write(v, r, rows); !errors.Is(err, reports.ErrChanged) || try == mostTries || c.Writer.Written() {
			return err
		}
	}
}

// sendWhole builds the file beside and sends it only when it is complete: a failure is a problem, never half a file.
func (s *server) sendWhole(c *gin.Context, name, contentType string, write writeFile) error {
	file, err := os.CreateTemp("", "paxscore-*-"+name)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	var of *surveys.Survey
	err = s.agreed(c, func(v *surveys.Survey, r *reports.Report, rows exports.Rows) error {
		of = v
		if err := file.Truncate(0); err != nil {
			return err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		return write(c.Request.Context(), file, v, r, rows)
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	s.announce(c, of, name, contentType)
	c.Header("Content-Length", strconv.FormatInt(size, 10))
	c.Status(http.StatusOK)
	if _, err := io.Copy(c.Writer, file); err != nil {
		return abort(c, fmt.Errorf("send %s: %w", name, err))
	}
	return nil
}

// stream sends the file as it is written. A failure after the first bytes cuts the connection before the end of the
// body, which every HTTP client reports as an error.
func (s *server) stream(c *gin.Context, name, contentType string, write writeFile) error {
	w := bufio.NewWriterSize(c.Writer, csvBuffer)
	err := s.agreed(c, func(v *surveys.Survey, r *reports.Report, rows exports.Rows) error {
		s.announce(c, v, name, contentType)
		c.Status(http.StatusOK)
		w.Reset(c.Writer)
		if err := write(c.Request.Context(), w, v, r, rows); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return abort(c, fmt.Errorf("write %s: %w", name, err))
	}
	return nil
}

// abort returns the error if nothing has been sent yet, and else ends the connection.
func abort(c *gin.Context, err error) error {
	if !c.Writer.Written() {
		return err
	}
	_ = c.Error(err)
	panic(http.ErrAbortHandler)
}

// responses returns a report with the survey and the rows that the report has seen, no later ones.
func (s *server) responses(c *gin.Context) (*surveys.Survey, *reports.Report, exports.Rows, error) {
	q, err := s.reportQuery(c)
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, key := c.Request.Context(), surveys.SurveyKey(c.Param("survey"))
	if len(q.By) == 0 {
		latest, err := s.Service.Store.FindSurvey(ctx, key, 0)
		if err != nil {
			return nil, nil, nil, err
		}
		q.By = reports.DefaultBy(latest)
	}
	q.Listed = true
	r, err := s.ask(c, q)
	if err != nil {
		return nil, nil, nil, err
	}
	// The version that the report was made with: another may have been published since.
	v, err := s.Service.Store.FindSurvey(ctx, key, r.Version)
	if err != nil {
		return nil, nil, nil, err
	}
	return v, r, reports.Rows(ctx, s.Service.Store, v, r), nil
}

// announce sets the headers of a download. Its name has letters, digits and hyphens only, so it needs no quoting.
func (s *server) announce(c *gin.Context, v *surveys.Survey, name, contentType string) {
	stem, ext, _ := strings.Cut(name, ".")
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, string(v.Key))
	day := s.Service.Now().UTC().Format("2006-01-02")
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s-%s.%s"`, safe, stem, day, ext))
	c.Header("Content-Type", contentType)
}
