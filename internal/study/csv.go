package study

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
)

// attributeKeys are the columns between id and seconds; column returns their values.
var attributeKeys = [...]string{
	"flight", "month", "route", "delayed", "trained", "age", "occupation", "spend", "purpose", "cabin", "tier", "gender", "channel",
}

// attributes returns the values of attributeKeys.
func (s *study) attributes(r *record) [len(attributeKeys)]string {
	fl := &s.flights[r.flight]
	return [...]string{
		strconv.Itoa(r.flight), strconv.Itoa(fl.month), routeLevels[fl.route], yesNo[fl.delayed], yesNo[fl.trained],
		ageLevels[r.age], occupationLevels[r.occupation], spendLevels[r.spend], purposeLevels[r.purpose],
		cabinLevels[r.cabin], tierLevels[r.tier], genderLevels[r.gender], channelLevels[r.channel],
	}
}

// WriteCSV writes the study of n valid questionnaires and the planted ones as our own CSV: a header of keys, NA for not
// applicable, empty for skipped. Errors: n outside 1..MaxSize, those of w and ctx.
func WriteCSV(ctx context.Context, w io.Writer, n int, seed uint64) error {
	s, err := newStudy(n, seed)
	if err != nil {
		return err
	}
	order, err := s.order(ctx)
	if err != nil {
		return fmt.Errorf("simulate study: %w", err)
	}
	b := bufio.NewWriterSize(w, 1<<16)
	b.WriteString("id")
	for _, k := range attributeKeys {
		b.WriteString("," + k)
	}
	b.WriteString(",seconds")
	for _, k := range answerKeys {
		b.WriteString("," + k)
	}
	b.WriteByte('\n')
	var r record
	var line []byte
	for i, row := range order {
		if i%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("simulate study: row %d: %w", i+1, err)
			}
		}
		s.record(int(row), &r)
		line = s.appendLine(line[:0], &r)
		if _, err := b.Write(line); err != nil {
			return fmt.Errorf("simulate study: write row %d: %w", i+1, err)
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("simulate study: write: %w", err)
	}
	return nil
}

// appendLine appends the record as one line; no value needs quotes.
func (s *study) appendLine(b []byte, r *record) []byte {
	b = strconv.AppendInt(b, int64(r.id), 10)
	for _, v := range s.attributes(r) {
		b = append(append(b, ','), v...)
	}
	b = strconv.AppendFloat(append(b, ','), r.seconds, 'f', -1, 64)
	for _, a := range r.answers {
		b = append(b, ',')
		switch a {
		case skippedAnswer:
		case notApplicableAnswer:
			b = append(b, "NA"...)
		default:
			b = strconv.AppendInt(b, int64(a), 10)
		}
	}
	return append(b, '\n')
}
