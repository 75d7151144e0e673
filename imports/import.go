package imports

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"time"

	"paxscore/surveys"
)

// DefaultBatch is how many responses are stored in one transaction unless stated otherwise.
const DefaultBatch = 2000

// Options of an import. The zero value is ready to use.
type Options struct {
	Batch    int                   // responses in one transaction; DefaultBatch if 0
	Now      func() time.Time      // the clock, for ReceivedAt; time.Now if nil
	Progress func(rows, added int) // called after each batch with what was read and stored so far
}

// Import stores a stream of responses, leaving out those whose id is stored already, and returns how many were added. It
// stores in batches: what is stored when it ends early, by an error or because ctx is done, stays stored, and the same
// import again goes on where it ended. The responses of the stream may be reused between iterations.
func Import(ctx context.Context, store surveys.ResponseStore, rows iter.Seq2[*surveys.Response, error], o Options) (added int, err error) {
	if o.Batch <= 0 {
		o.Batch = DefaultBatch
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	var batch []*surveys.Response // what lies between len and cap is used again
	read := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		n, err := store.ImportResponses(ctx, batch)
		if err != nil {
			return fmt.Errorf("store rows %d to %d: %w", read-len(batch)+1, read, err)
		}
		added += n
		batch = batch[:0]
		if o.Progress != nil {
			o.Progress(read, added)
		}
		return nil
	}
	for r, err := range rows {
		if err == nil && len(batch) == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return added, err
		}
		read++
		if len(batch) < cap(batch) {
			batch = batch[:len(batch)+1]
		} else {
			batch = append(batch, nil)
		}
		last := &batch[len(batch)-1]
		if *last == nil {
			*last = new(surveys.Response)
		}
		copyResponse(*last, r)
		if (*last).ReceivedAt.IsZero() {
			(*last).ReceivedAt = o.Now().UTC()
		}
		if len(batch) == o.Batch {
			if err := flush(); err != nil {
				return added, err
			}
		}
	}
	return added, flush()
}

// copyResponse makes to a copy of r that shares nothing with it, and uses the memory that to has.
func copyResponse(to, r *surveys.Response) {
	ratings, attributes := to.Ratings[:0], to.Attributes[:0]
	*to = *r
	to.Ratings = append(ratings, r.Ratings...)
	to.Attributes = append(attributes, r.Attributes...)
	to.Comments = maps.Clone(r.Comments)
}

// ImportFile stores the responses of one file. It reads the file to its end before it stores anything, so that a file that
// is cut off, damaged or does not fit its mapping leaves nothing behind. res must be new; after such an error it tells how
// far the file could be read.
func ImportFile(ctx context.Context, store surveys.ResponseStore, path string, s *surveys.Survey, m *Mapping, res *Result, o Options) (added int, err error) {
	check := Result{}
	err = withFile(path, func(f *File) error {
		for _, err := range f.Responses(ctx, s, m, &check) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		check.RefusedTo = res.RefusedTo
		*res = check
		return 0, err
	}
	err = withFile(path, func(f *File) error {
		added, err = Import(ctx, store, f.Responses(ctx, s, m, res), o)
		return err
	})
	return added, err
}

func withFile(path string, do func(f *File) error) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}
