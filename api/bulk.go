package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
)

// Limits of a bulk submission.
const (
	anyLength   = 1 << 62
	bulkTimeout = 6 * time.Hour
	bulkPause   = 30 * time.Second // that a client may take between two parts, either way
	bulkLines   = 256              // handled together at most
	bulkBytes   = 1 << 20          // read of them, before the line that goes beyond
	bulkAhead   = 1                // parts handled while others are answered
	typeNDJSON  = "application/x-ndjson"
)

// BulkAnswer is what became of one line of a bulk submission.
type BulkAnswer struct {
	Line    int                       `json:"line"` // from 1, blank ones counted
	Status  string                    `json:"status"`
	Receipt *Receipt                  `json:"receipt,omitempty"`
	Type    string                    `json:"type,omitempty"` // of the problem
	Detail  string                    `json:"detail,omitempty"`
	Errors  []middleware.FieldProblem `json:"errors,omitempty"`
}

// Statuses of a BulkAnswer.
const (
	bulkCreated     = "created"
	bulkRepeat      = "repeat"
	bulkConflict    = "conflict"    // 409
	bulkInvalid     = "invalid"     // the line cannot be read, or breaks a rule of the survey
	bulkRefused     = "refused"     // not found, expired, closed
	bulkUnavailable = "unavailable" // to be sent again
	bulkStopped     = "stopped"     // no line behind this one was read
)

// submitBulk takes submissions as lines of JSON and answers each by a line, while more are still coming in. Parts of some
// hundred lines are read, checked and stored one behind the other; what they hold is all that is kept of the body.
func (s *server) submitBulk(c *gin.Context) error {
	if err := mustBe(c, typeNDJSON, "application/jsonl"); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(c.Request.Context())
	defer cancel()
	survey := surveys.SurveyKey(c.Param("survey"))
	if _, err := s.Service.Store.FindSurvey(ctx, survey, 0); err != nil {
		return err
	}
	connection := http.NewResponseController(c.Writer)
	// HTTP/2 needs none of these, a writer without a connection has none.
	_ = connection.EnableFullDuplex()
	lines := newLineReader(c.Request.Body, maxSubmission)
	parts := make(chan *bulkPart, bulkAhead)
	read := make(chan struct{}) // closed when the body is not read any more
	var working sync.WaitGroup
	// Who reads the body must have ended before the handler does. When it has, the server itself waits on the connection for the next
	// request: a deadline would be the end of that one.
	defer func() {
		cancel()
		select {
		case <-read:
		default:
			_ = connection.SetReadDeadline(time.Now())
		}
		working.Wait()
		_ = connection.SetReadDeadline(time.Time{})
	}()
	working.Go(func() {
		defer close(parts)
		defer close(read)
		for more := true; more; {
			_ = connection.SetReadDeadline(time.Now().Add(bulkPause))
			if ctx.Err() != nil { // asked after the deadline is set: whoever cancels sets another one then
				return
			}
			p := &bulkPart{handled: make(chan struct{})}
			p.lines, p.end = lines.next(bulkLines, bulkBytes)
			if more = p.end == nil; !more {
				_ = connection.SetReadDeadline(time.Time{})
			}
			working.Go(func() {
				defer close(p.handled)
				p.answers = s.handleBulk(ctx, survey, p.lines)
				p.lines = nil
			})
			select {
			case parts <- p:
			case <-ctx.Done():
				return
			}
		}
	})
	if err := writeBulk(c, connection, lines, parts); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil && !c.Writer.Written() {
		return fmt.Errorf("submit responses: %w", err)
	}
	return nil
}

// writeBulk answers the parts in their order.
func writeBulk(c *gin.Context, connection *http.ResponseController, lines *lineReader, parts <-chan *bulkPart) error {
	c.Header("Content-Type", typeNDJSON)
	c.Status(http.StatusOK)
	out := bufio.NewWriterSize(c.Writer, 64<<10)
	write := json.NewEncoder(out)
	write.SetEscapeHTML(false)
	for p := range parts {
		<-p.handled
		_ = connection.SetWriteDeadline(time.Now().Add(bulkPause))
		for i := range p.answers {
			if err := write.Encode(&p.answers[i]); err != nil {
				return gone(c, err)
			}
		}
		if p.end != nil && !errors.Is(p.end, io.EOF) {
			problem := middleware.ProblemFor(middleware.BodyError(c, p.end))
			last := BulkAnswer{Line: lines.line + 1, Status: bulkStopped, Type: problem.Type, Detail: problem.Detail}
			if err := write.Encode(&last); err != nil {
				return gone(c, err)
			}
		}
		if err := out.Flush(); err != nil {
			return gone(c, err)
		}
		if err := connection.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return gone(c, err)
		}
	}
	return nil
}

// gone ends an answer that the client does not take any more: the status is told, the rest would only be logged.
func gone(c *gin.Context, err error) error {
	_ = c.Error(fmt.Errorf("write answer: %w", err))
	return nil
}

// bulkPart is some lines on their way.
type bulkPart struct {
	lines   []bulkLine
	end     error // what ended the body behind them; io.EOF is its proper end
	handled chan struct{}
	answers []BulkAnswer
}

// handleBulk stores what can be stored of some lines.
func (s *server) handleBulk(ctx context.Context, survey surveys.SurveyKey, lines []bulkLine) []BulkAnswer {
	answers := make([]BulkAnswer, len(lines))
	subs, at := make([]surveys.Submission, 0, len(lines)), make([]int, 0, len(lines))
	for i, l := range lines {
		answers[i].Line = l.number
		sub, err := decodeLine(ctx, s.Service.Store, survey, l)
		if err != nil {
			answers[i].refuse(err)
			continue
		}
		subs, at = append(subs, sub), append(at, i)
	}
	for j, o := range s.Service.SubmitAll(ctx, subs) {
		a := &answers[at[j]]
		if o.Err != nil {
			a.refuse(o.Err)
			continue
		}
		a.Status = bulkCreated
		if o.Receipt.Repeat {
			a.Status = bulkRepeat
		}
		a.Receipt = newReceipt(o.Receipt)
	}
	return answers
}

func decodeLine(ctx context.Context, store surveys.SurveyStore, survey surveys.SurveyKey, l bulkLine) (surveys.Submission, error) {
	if l.text == nil {
		return surveys.Submission{}, middleware.NewProblem(http.StatusRequestEntityTooLarge, "body-too-large",
			fmt.Sprintf("A line may have at most %d bytes.", maxSubmission))
	}
	sub, err := decodeSubmission(l.text)
	if err != nil {
		return sub, err
	}
	sub.Survey = survey
	return sub, keepComments(ctx, store, sub)
}

// refuse makes of an error what the client is told.
func (a *BulkAnswer) refuse(err error) {
	p := middleware.ProblemFor(err)
	a.Type, a.Detail, a.Errors = p.Type, p.Detail, p.Errors
	switch p.Status {
	case http.StatusConflict:
		a.Status = bulkConflict
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
		a.Status = bulkInvalid
	case http.StatusServiceUnavailable, http.StatusInternalServerError:
		a.Status = bulkUnavailable
	default:
		a.Status = bulkRefused
	}
}

// bulkLine is a line that is not blank; its text is nil if it is too long.
type bulkLine struct {
	number int
	text   []byte
}

// lineReader cuts a body into lines of limited length. Longer ones are passed over.
type lineReader struct {
	in    *bufio.Reader
	limit int
	line  int // number of the last line that was read
}

func newLineReader(r io.Reader, limit int) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(r, limit+2), limit: limit} // with \r\n
}

// next returns the next lines, at most n and about size bytes, and what ended the body if nothing follows.
func (r *lineReader) next(n, size int) (lines []bulkLine, end error) {
	for len(lines) < n && size > 0 {
		text, err := r.in.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.in.ReadSlice('\n')
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
			return lines, err // half a line of a body that broke off is none
		}
		r.line++
		size -= len(text)
		switch trimmed := bytes.TrimSpace(text); {
		case long || len(trimmed) > r.limit:
			lines = append(lines, bulkLine{number: r.line})
		case len(trimmed) > 0:
			lines = append(lines, bulkLine{number: r.line, text: bytes.Clone(trimmed)})
		}
		if err != nil {
			return lines, err
		}
	}
	return lines, nil
}
