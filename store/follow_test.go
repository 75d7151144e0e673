package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"paxscore/internal/testdb"
	"paxscore/store"
	"paxscore/surveys"
)

// TestFollow lets eight writers submit and import while readers follow seq. Among what is submitted are repeats, conflicts,
// used and unknown tokens, and submissions that are cancelled at some moment; all of them roll back. Every reader must see
// every number once, in order and without a gap, and at the end exactly what was acknowledged must be there.
func TestFollow(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		const writers, each, tokens = 8, 200, 300
		s := open(t, url)
		publish(t, s)
		names := make([]surveys.Token, tokens)
		for i := range names {
			names[i] = surveys.Token(string(rune(0x4e00 + i)))
		}
		invite(t, s, names...)

		var following sync.WaitGroup
		seen := make([]map[surveys.ResponseID]bool, 2)
		news := make([]chan struct{}, len(seen))
		for i := range seen {
			news[i] = make(chan struct{}, 1)
			other := open(t, url) // as another program would
			following.Go(func() { seen[i] = follow(t, other, news[i]) })
		}
		acknowledged := &ledger{ids: map[surveys.ResponseID]bool{}, maybe: map[surveys.ResponseID]bool{}}
		var writing sync.WaitGroup
		for w := range writers {
			writing.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(w)))
				for i := range each {
					write(t, s, random, acknowledged, names, id('w', 1+w*each+i))
					for _, n := range news {
						select {
						case n <- struct{}{}:
						default: // the reader has not come to the last news yet
						}
					}
				}
			})
		}
		writing.Wait()
		for _, n := range news {
			close(n)
		}
		following.Wait()

		used := 0
		for _, n := range names {
			invitation, err := s.FindInvitation(t.Context(), n.Hash())
			must(t, err)
			if invitation.Used {
				used++
			}
		}
		if used < acknowledged.tokens || used > acknowledged.tokens+len(acknowledged.maybe) {
			t.Errorf("%d tokens are used, %d were taken for stored responses", used, acknowledged.tokens)
		}
		for i, got := range seen {
			for id := range acknowledged.ids {
				if !got[id] {
					t.Errorf("reader %d: acknowledged response %s is missing", i, id)
				}
			}
			for id := range got {
				if !acknowledged.ids[id] && !acknowledged.maybe[id] {
					t.Errorf("reader %d: response %s is stored, though it was refused", i, id)
				}
			}
		}
		t.Logf("%d stored, %d cancelled, %d refused", len(acknowledged.ids), len(acknowledged.maybe), acknowledged.refused)
		if len(acknowledged.ids) < writers*each/4 || acknowledged.refused < writers*each/10 {
			t.Error("the mixture is not what this test is meant to prove")
		}
	})
}

// ledger is what the writers were told.
type ledger struct {
	mu      sync.Mutex
	ids     map[surveys.ResponseID]bool // stored
	maybe   map[surveys.ResponseID]bool // cancelled: unknown
	tokens  int                         // consumed with a stored response
	refused int
}

func write(t *testing.T, s *store.Store, random *rand.Rand, l *ledger, tokens []surveys.Token, fresh surveys.ResponseID) {
	ctx := t.Context()
	r := answer(fresh)
	var token *surveys.TokenHash
	known := func() (id surveys.ResponseID, ok bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for id := range l.ids {
			return id, true
		}
		return id, false
	}
	hash := tokens[random.IntN(len(tokens))].Hash()
	wanted := error(nil)
	switch k := random.IntN(10); {
	case k < 2: // a token, which may be used
		token = &hash
	case k == 2:
		unknown := surveys.Token("unknown").Hash()
		token, wanted = &unknown, surveys.ErrNotFound
	case k == 3: // a conflict; its token must come back
		if taken, ok := known(); ok {
			r.ID, token, wanted = taken, &hash, surveys.ErrConflict
			r.Digest = sha256.Sum256([]byte("other"))
		}
	case k == 4: // a repeat
		if taken, ok := known(); ok {
			r = answer(taken)
			receipt, err := s.SubmitResponse(ctx, r, nil)
			if err != nil || !receipt.Repeat {
				t.Errorf("repeat: %+v, %v", receipt, err)
			}
			return
		}
	case k == 5: // cancelled some time
		stopped, stop := context.WithCancel(ctx)
		ctx = stopped
		spin := random.IntN(2000)
		go func() {
			for range spin * 100 {
				_ = stopped.Err()
			}
			stop()
		}()
	case k == 6: // imported, one of three stored already
		batch := []*surveys.Response{answer(fresh), answer(fresh)}
		if taken, ok := known(); ok {
			batch = append(batch, answer(taken))
		}
		added, err := s.ImportResponses(ctx, batch)
		if err != nil || added != 1 {
			t.Errorf("import: added %d, %v", added, err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.ids[fresh] = true
		return
	}
	receipt, err := s.SubmitResponse(ctx, r, token)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil && wanted == nil && !receipt.Repeat:
		l.ids[fresh] = true
		if token != nil {
			l.tokens++
		}
	case ctx.Err() != nil:
		l.maybe[fresh] = true
	case wanted != nil && errors.Is(err, wanted), token != nil && wanted == nil && errors.Is(err, surveys.ErrTokenUsed),
		errors.Is(wanted, surveys.ErrConflict) && errors.Is(err, surveys.ErrConflict):
		l.refused++
	default:
		t.Errorf("submit: %+v, error %v, want %v", receipt, err, wanted)
	}
}

// follow reads what is new whenever one of the writers has done something, while the others are about to, and once more
// when all have ended. It returns the ids it saw.
func follow(t *testing.T, s *store.Store, news <-chan struct{}) map[surveys.ResponseID]bool {
	seen := map[surveys.ResponseID]bool{}
	for last, more := int64(0), true; more; {
		_, more = <-news
		for r, err := range s.ListResponses(t.Context(), surveys.ResponseFilter{Survey: "trip", AfterSeq: last}) {
			if err != nil {
				t.Error(err)
				return seen
			}
			if r.Seq != last+1 {
				t.Errorf("after seq %d came %d", last, r.Seq)
				return seen
			}
			if seen[r.ID] {
				t.Errorf("response %s came twice", r.ID)
			}
			last, seen[r.ID] = r.Seq, true
		}
	}
	return seen
}

func TestTokenAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, other := open(t, url), open(t, url)
		publish(t, s)
		invite(t, s, "A")
		token := surveys.Token("A").Hash()
		errs := make([]error, 16)
		var all sync.WaitGroup
		for i := range errs {
			st := s
			if i%2 == 1 {
				st = other
			}
			all.Go(func() { _, errs[i] = st.SubmitResponse(t.Context(), answer(id('r', i+1)), &token) })
		}
		all.Wait()
		stored := 0
		for _, err := range errs {
			if err == nil {
				stored++
			} else {
				want(t, err, surveys.ErrTokenUsed)
			}
		}
		if n := len(mustList(t, s)); stored != 1 || n != 1 {
			t.Errorf("%d acknowledged, %d stored, want 1", stored, n)
		}
	})
}

func TestSameIDAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, other := open(t, url), open(t, url)
		publish(t, s)
		invite(t, s, "A")
		token := surveys.Token("A").Hash()
		receipts, errs := make([]surveys.Receipt, 16), make([]error, 16)
		var all sync.WaitGroup
		for i := range errs {
			st, r := s, answer(id('r', 1))
			if i%2 == 1 {
				st = other
			}
			if i%4 == 3 {
				r.Digest = sha256.Sum256([]byte("other"))
			}
			all.Go(func() { receipts[i], errs[i] = st.SubmitResponse(t.Context(), r, &token) })
		}
		all.Wait()
		first, repeats, conflicts := 0, 0, 0
		for i, err := range errs {
			switch {
			case errors.Is(err, surveys.ErrConflict):
				conflicts++
			case err != nil:
				t.Error(err)
			case receipts[i].Repeat:
				repeats++
			default:
				first++
			}
		}
		// Which of the two contents is first is open.
		if n := len(mustList(t, s)); n != 1 || first != 1 || repeats != 11 && repeats != 3 || first+repeats+conflicts != len(errs) {
			t.Errorf("%d stored, %d first, %d repeats, %d conflicts", n, first, repeats, conflicts)
		}
	})
}
