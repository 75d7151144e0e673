package store_test

import (
	"crypto/sha256"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"paxscore/internal/testdb"
	"paxscore/surveys"
)

// everything is a response with every field set.
func everything(n int) *surveys.Response {
	r := answer(id('e', n))
	r.Wave, r.SubmittedAt, r.Mode, r.Language = "spring", day.Add(-time.Minute), surveys.ModeKiosk, "zh-Hant"
	r.Seconds, r.Respondent, r.ResponseWeight = 61.7, "PNR Ä1", 0.1
	r.Ratings = []byte{0, surveys.NotApplicable, surveys.Skipped}
	r.Attributes = []string{"LX\t318 \"x\" \\ <&>", "business", "東京 ' \u2028 é"}
	r.Comments = map[surveys.ItemKey]string{"remark": "line\nline \"quoted\" \\ <b> 🛫"}
	return r
}

func TestSubmitAndListResponses(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		full, bare := everything(1), answer(id('b', 1))
		bare.Ratings, bare.Attributes, bare.ResponseWeight = []byte{7, surveys.NotRouted, 249}, []string{"", "", ""}, 0
		fullBefore, bareBefore := *full, *bare
		for _, r := range []*surveys.Response{full, bare} {
			receipt, err := s.SubmitResponse(ctx, r, nil)
			must(t, err)
			first := surveys.Receipt{ID: r.ID, Survey: "trip", Version: 1, ReceivedAt: time.Date(2026, 3, 4, 3, 6, 7, 891_234_000, time.UTC)}
			if diff := cmp.Diff(first, receipt); diff != "" {
				t.Errorf("first receipt:\n%s", diff)
			}
			again, err := s.SubmitResponse(ctx, r, nil)
			must(t, err)
			first.Repeat = true
			if diff := cmp.Diff(first, again); diff != "" {
				t.Errorf("second receipt:\n%s", diff)
			}
			found, digest, err := s.FindReceipt(ctx, r.ID)
			must(t, err)
			if diff := cmp.Diff(first, found); diff != "" || digest != r.Digest {
				t.Errorf("found receipt, digest %x:\n%s", digest, diff)
			}
		}
		if diff := cmp.Diff([]surveys.Response{fullBefore, bareBefore}, []surveys.Response{*full, *bare}); diff != "" {
			t.Errorf("submitting changed the response:\n%s", diff)
		}

		wanted := []*surveys.Response{full, bare}
		for i, r := range wanted {
			r.Seq, r.ReceivedAt = int64(i+1), r.ReceivedAt.UTC().Truncate(time.Microsecond)
		}
		full.SubmittedAt = full.SubmittedAt.UTC().Truncate(time.Microsecond)
		if diff := cmp.Diff(wanted, mustList(t, s)); diff != "" {
			t.Errorf("stored (-submitted +listed):\n%s", diff)
		}
		_, _, err := s.FindReceipt(ctx, id('n', 1))
		want(t, err, surveys.ErrNotFound)
	})
}

func TestSubmitResponseConflict(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		invite(t, s, "A")
		token := surveys.Token("A").Hash()
		_, err := s.SubmitResponse(ctx, answer(id('r', 1)), nil)
		must(t, err)
		other := answer(id('r', 1))
		other.Digest = sha256.Sum256([]byte("other"))
		_, err = s.SubmitResponse(ctx, other, nil)
		want(t, err, surveys.ErrConflict)
		_, err = s.SubmitResponse(ctx, other, &token)
		want(t, err, surveys.ErrConflict)
		invitation, err := s.FindInvitation(ctx, token)
		must(t, err)
		if invitation.Used {
			t.Error("a conflict consumed the token")
		}
		next, err := s.SubmitResponse(ctx, answer(id('r', 2)), &token)
		if err != nil || next.Repeat {
			t.Fatal(next, err)
		}
		if all := mustList(t, s); len(all) != 2 || all[1].Seq != 2 {
			t.Errorf("conflicts left a gap: %d responses, last seq %d", len(all), all[len(all)-1].Seq)
		}
	})
}

func TestSubmitResponseToken(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		invite(t, s, "A", "B")
		a, b, none := surveys.Token("A").Hash(), surveys.Token("B").Hash(), surveys.Token("none").Hash()
		for _, step := range []struct {
			name   string
			id     surveys.ResponseID
			token  *surveys.TokenHash
			repeat bool
			err    error
		}{
			{"first use", id('r', 1), &a, false, nil},
			{"repeat with the used token", id('r', 1), &a, true, nil},
			{"repeat with an unused token", id('r', 1), &b, true, nil},
			{"repeat with an unknown token", id('r', 1), &none, true, nil},
			{"second use", id('r', 2), &a, false, surveys.ErrTokenUsed},
			{"unknown token", id('r', 3), &none, false, surveys.ErrNotFound},
			{"the other token", id('r', 4), &b, false, nil},
		} {
			receipt, err := s.SubmitResponse(ctx, answer(step.id), step.token)
			if step.err != nil {
				want(t, err, step.err)
			} else if err != nil || receipt.Repeat != step.repeat {
				t.Errorf("%s: receipt %+v, error %v", step.name, receipt, err)
			}
		}
		var seqs []int64
		for _, r := range mustList(t, s) {
			seqs = append(seqs, r.Seq)
		}
		if diff := cmp.Diff([]int64{1, 2}, seqs); diff != "" {
			t.Error(diff)
		}
		for _, token := range []surveys.TokenHash{a, b} {
			if i, err := s.FindInvitation(ctx, token); err != nil || !i.Used {
				t.Errorf("invitation %+v, %v: want it used", i, err)
			}
		}
	})
}

func TestResponsesRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		for _, c := range []struct {
			name, field string
			change      func(*surveys.Response)
		}{
			{"no id", "id", func(r *surveys.Response) { r.ID = surveys.ResponseID{} }},
			{"no time", "received_at", func(r *surveys.Response) { r.ReceivedAt = time.Time{} }},
			{"few ratings", "ratings", func(r *surveys.Response) { r.Ratings = r.Ratings[:2] }},
			{"many ratings", "ratings", func(r *surveys.Response) { r.Ratings = append(r.Ratings, 1) }},
			{"few attributes", "attributes", func(r *surveys.Response) { r.Attributes = nil }},
			{"zero byte in attribute", "attributes.flight", func(r *surveys.Response) { r.Attributes[0] = "a\x00b" }},
			{"invalid UTF-8 in attribute", "attributes.note", func(r *surveys.Response) { r.Attributes[2] = "\xff" }},
			{"zero byte in comment", "comments.remark", func(r *surveys.Response) { r.Comments = map[surveys.ItemKey]string{"remark": "\x00"} }},
			{"invalid UTF-8 in respondent", "respondent", func(r *surveys.Response) { r.Respondent = "\xc3" }},
			{"NaN weight", "response_weight", func(r *surveys.Response) { r.ResponseWeight = math.NaN() }},
			{"infinite weight", "response_weight", func(r *surveys.Response) { r.ResponseWeight = math.Inf(1) }},
			{"negative weight", "response_weight", func(r *surveys.Response) { r.ResponseWeight = -1 }},
			{"NaN seconds", "seconds", func(r *surveys.Response) { r.Seconds = math.NaN() }},
		} {
			bad := answer(id('r', 2))
			c.change(bad)
			_, submitted := s.SubmitResponse(ctx, bad, nil)
			_, imported := s.ImportResponses(ctx, []*surveys.Response{answer(id('r', 1)), bad})
			for _, err := range []error{submitted, imported} {
				if err == nil || !strings.Contains(err.Error(), c.field) {
					t.Errorf("%s: got error %v, want one that names %s", c.name, err, c.field)
				}
			}
		}
		unknown := answer(id('r', 3))
		unknown.Version = 2
		_, err := s.SubmitResponse(ctx, unknown, nil)
		want(t, err, surveys.ErrNotFound)
		_, err = s.ImportResponses(ctx, []*surveys.Response{answer(id('r', 1)), unknown})
		want(t, err, surveys.ErrNotFound)
		if all := mustList(t, s); len(all) != 0 {
			t.Errorf("%d responses stored, want none", len(all))
		}
	})
}

func TestImportResponses(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		_, err := s.SubmitResponse(ctx, answer(id('r', 700)), nil)
		must(t, err)
		batch := []*surveys.Response{everything(1)}
		for i := range 1000 { // 700 is stored already
			batch = append(batch, answer(id('r', i)))
		}
		twice := answer(id('r', 3))
		twice.Digest = sha256.Sum256([]byte("other"))
		batch = append(batch, twice, answer(id('r', 1000)))
		batch[1].ID = id('s', 0) // id 0 is no id

		added, err := s.ImportResponses(ctx, batch)
		if err != nil || added != 1001 {
			t.Fatalf("added %d, %v; want 1001", added, err)
		}
		all := mustList(t, s)
		wanted := append([]*surveys.Response{answer(id('r', 700))}, slices.Concat(batch[:701], batch[702:1001], batch[1002:])...)
		for i, r := range wanted {
			c := *r
			c.Seq, c.ReceivedAt = int64(i+1), day.UTC().Truncate(time.Microsecond)
			if !c.SubmittedAt.IsZero() {
				c.SubmittedAt = c.SubmittedAt.UTC().Truncate(time.Microsecond)
			}
			wanted[i] = &c
		}
		if diff := cmp.Diff(wanted, all); diff != "" {
			t.Fatalf("stored (-wanted +listed):\n%s", diff)
		}
		for _, again := range [][]*surveys.Response{batch, nil} {
			if added, err = s.ImportResponses(ctx, again); err != nil || added != 0 {
				t.Errorf("again: added %d, %v", added, err)
			}
		}
		_, err = s.SubmitResponse(ctx, answer(id('t', 1)), nil)
		must(t, err)
		if all := mustList(t, s); all[len(all)-1].Seq != 1003 {
			t.Errorf("seq after the import is %d, want 1003", all[len(all)-1].Seq)
		}
	})
}

func TestListResponsesFilter(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		// More than a page of two surveys in turn, the second in two versions with different attributes.
		publish(t, s)
		for _, edition := range []string{"1", "2"} {
			_, err := s.PublishSurvey(ctx, source(t, "tour", edition))
			must(t, err)
		}
		s.LimitVersions(1)
		batch := make([]*surveys.Response, 12_000)
		for i := range batch {
			batch[i] = answer(id('r', i+1))
			batch[i].Attributes[0] = string(rune('A' + i%26))
			if i%2 == 1 {
				batch[i].Survey, batch[i].Version = "tour", 1+i%4/2
			}
		}
		_, err := s.ImportResponses(ctx, batch)
		must(t, err)
		for _, c := range []struct {
			name        string
			filter      surveys.ResponseFilter
			first, last int64
			count       int
		}{
			{"all", surveys.ResponseFilter{}, 1, 12_000, 12_000},
			{"one survey", surveys.ResponseFilter{Survey: "trip"}, 1, 11_999, 6000},
			{"other survey", surveys.ResponseFilter{Survey: "tour"}, 2, 12_000, 6000},
			{"after", surveys.ResponseFilter{Survey: "tour", AfterSeq: 2}, 4, 12_000, 5999},
			{"up to", surveys.ResponseFilter{Survey: "tour", UpToSeq: 10_000}, 2, 10_000, 5000},
			{"between", surveys.ResponseFilter{AfterSeq: 5000, UpToSeq: 10_000}, 5001, 10_000, 5000},
			{"none", surveys.ResponseFilter{Survey: "none"}, 0, 0, 0},
			{"beyond", surveys.ResponseFilter{AfterSeq: 12_000}, 0, 0, 0},
		} {
			got, err := list(ctx, s, c.filter)
			must(t, err)
			if len(got) != c.count || len(got) > 0 && (got[0].Seq != c.first || got[len(got)-1].Seq != c.last) {
				t.Errorf("%s: %d responses", c.name, len(got))
			}
			for i, r := range got {
				b := batch[r.Seq-1]
				if r.ID != b.ID || r.Survey != b.Survey || r.Version != b.Version || r.Attributes[0] != b.Attributes[0] ||
					i > 0 && r.Seq <= got[i-1].Seq {
					t.Fatalf("%s: response %d is %+v, want %+v", c.name, i, r, b)
				}
			}
		}
		n := 0
		for range s.ListResponses(ctx, surveys.ResponseFilter{}) {
			if n++; n == 3 {
				break
			}
		}
	})
}

// TestRatingsView: codes are those of surveys.Response, ratings are code + low end (trip: crew and overall from 0, seat
// from 1).
func TestRatingsView(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		r := answer(surveys.ResponseID{0x01, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x73, 0x45, 0x86, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34})
		r.Ratings = []byte{10, 4, surveys.Skipped}
		_, err := s.ImportResponses(ctx, []*surveys.Response{r, everything(1)})
		must(t, err)
		bare := answer(id('b', 1))
		bare.Ratings = []byte{surveys.NotRouted, 0, 0}
		_, err = s.SubmitResponse(ctx, bare, nil)
		must(t, err)

		type row struct {
			ID          string
			Seq         int64
			Survey      string
			Version, At int
			Item        string
			Code        int
			Rating      *int
			Status      string
		}
		rows, err := s.DB().QueryContext(ctx, `SELECT cast(response_id AS text), seq, survey, version, position, item, code, rating, status
			FROM ratings ORDER BY seq, position`)
		must(t, err)
		defer rows.Close()
		var got []row
		for rows.Next() {
			var x row
			must(t, rows.Scan(&x.ID, &x.Seq, &x.Survey, &x.Version, &x.At, &x.Item, &x.Code, &x.Rating, &x.Status))
			got = append(got, x)
		}
		must(t, rows.Err())
		rating := func(n int) *int { return &n }
		one, two, three := "019abcde-f012-7345-8678-9abcdef01234", everything(1).ID.String(), bare.ID.String()
		wanted := []row{
			{one, 1, "trip", 1, 0, "crew", 10, rating(10), "answered"},
			{one, 1, "trip", 1, 1, "seat", 4, rating(5), "answered"},
			{one, 1, "trip", 1, 2, "overall", 255, nil, "skipped"},
			{two, 2, "trip", 1, 0, "crew", 0, rating(0), "answered"},
			{two, 2, "trip", 1, 1, "seat", 254, nil, "not_applicable"},
			{two, 2, "trip", 1, 2, "overall", 255, nil, "skipped"},
			{three, 3, "trip", 1, 0, "crew", 253, nil, "not_routed"},
			{three, 3, "trip", 1, 1, "seat", 0, rating(1), "answered"},
			{three, 3, "trip", 1, 2, "overall", 0, rating(0), "answered"},
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestNulls: what is unknown is null, in both databases.
func TestNulls(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		publish(t, s)
		_, err := s.ImportResponses(ctx, []*surveys.Response{answer(id('r', 1)), everything(1)})
		must(t, err)
		for seq, wanted := range map[int]bool{1: true, 2: false} {
			for _, column := range []string{"submitted_at", "seconds", "wave", "respondent", "comments"} {
				var null bool
				must(t, s.DB().QueryRowContext(ctx, "SELECT "+column+" IS NULL FROM responses WHERE seq = $1", seq).Scan(&null))
				if null != wanted {
					t.Errorf("response %d: %s null is %v", seq, column, null)
				}
			}
		}
	})
}
