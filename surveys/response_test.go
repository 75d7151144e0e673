package surveys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"paxscore/surveys"
)

func TestNewResponseID(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	seen := map[surveys.ResponseID]bool{}
	for range 1000 {
		id := surveys.NewResponseID(at)
		u := uuid.UUID(id)
		if u.Version() != 7 || u.Variant() != uuid.RFC4122 || !id.Valid() {
			t.Fatalf("%s: version %d, variant %s", id, u.Version(), u.Variant())
		}
		sec, ns := u.Time().UnixTime()
		if got := time.Unix(sec, ns); !got.Equal(at) {
			t.Fatalf("%s is of %s, want %s", id, got, at)
		}
		if seen[id] {
			t.Fatalf("%s twice", id)
		}
		seen[id] = true
	}
}

func TestParseResponseID(t *testing.T) {
	tests := []struct {
		in string
		ok bool
	}{
		{"0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b", true},
		{"0198C5D2-7F3A-7E21-9C4B-5A6D7E8F9A0B", true},
		{"6ba7b810-9dad-11d1-80b4-00c04fd430c8", true},
		{"", false},
		{"00000000-0000-0000-0000-000000000000", false},
		{"ffffffff-ffff-ffff-ffff-ffffffffffff", false},
		{"{0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b}", false},
		{"urn:uuid:0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b", false},
		{"0198c5d27f3a7e219c4b5a6d7e8f9a0b", false},
		{"0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0g", false},
		{"0198c5d2-7f3a-7e21-cc4b-5a6d7e8f9a0b", false}, // another variant
		{"0198c5d2-7f3a-9e21-9c4b-5a6d7e8f9a0b", false}, // version 9
		{" 198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b", false},
		{"0198c5d2 7f3a-7e21-9c4b-5a6d7e8f9a0b", false},
	}
	for _, tt := range tests {
		id, err := surveys.ParseResponseID(tt.in)
		if (err == nil) != tt.ok {
			t.Errorf("%q: %v", tt.in, err)
		}
		if tt.ok && id.String() != strings.ToLower(tt.in) {
			t.Errorf("%q reads as %s", tt.in, id)
		}
		if !tt.ok {
			if got := problems(t, err); len(got) != 1 || got[0] != "id uuid" || !id.IsZero() {
				t.Errorf("%q: %q, %s", tt.in, got, id)
			}
		}
	}
}

func FuzzParseResponseID(f *testing.F) {
	f.Add("0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b")
	f.Add("0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0")
	f.Add("0198c5d2\xff7f3a-7e21-9c4b-5a6d7e8f9a0b")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := surveys.ParseResponseID(s)
		u, e := uuid.Parse(s)
		if err == nil && (e != nil || uuid.UUID(id) != u || id.String() != strings.ToLower(s)) {
			t.Errorf("%q reads as %s, elsewhere as %s, %v", s, id, u, e)
		}
		if err != nil && e == nil && len(s) == 36 && surveys.ResponseID(u).Valid() {
			t.Errorf("%q is refused: %v", s, err)
		}
	})
}

func TestToken(t *testing.T) {
	seen := map[surveys.Token]bool{}
	letters := map[rune]int{}
	for range 1000 {
		k := surveys.NewToken()
		if !k.Valid() || seen[k] || surveys.SurveyKey(k).Valid() {
			t.Fatalf("token %s", k)
		}
		seen[k] = true
		for _, r := range k {
			letters[r]++
		}
	}
	// 26,000 letters out of 32: 812.5 each on average, standard deviation 28.
	for r, n := range letters {
		if n < 640 || n > 985 {
			t.Errorf("%c stands %d times in 26,000 letters", r, n)
		}
	}
	if len(letters) != 32 || letters['I']+letters['L']+letters['O']+letters['U'] > 0 {
		t.Errorf("letters %v", letters)
	}
	for _, bad := range []surveys.Token{"", "0123456789ABCDEFGHJKMNPQR", "0123456789ABCDEFGHJKMNPQRSTU", "0123456789abcdefghjkmnpqrs", "0123456789ABCDEFGHJKMNPQRI"} {
		if bad.Valid() {
			t.Errorf("%q is taken for a token", bad)
		}
	}
}
