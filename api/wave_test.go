package api_test

import (
	"strings"
	"testing"
	"time"

	"paxscore/api"
	"paxscore/internal/testdb"
)

func TestWaves(t *testing.T) {
	testdb.Each(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		const path = "/api/v1/surveys/default/waves"
		s.post(t, path, object{"key": "spring"}).wants(t, 201, "")
		s.post(t, path, object{"key": "spring"}).wants(t, 409, "exists")
		s.post(t, path, object{"key": "summer", "opens_at": "2026-06-01T00:00:00Z", "closes_at": "2026-07-01T00:00:00+01:00"}).wants(t, 201, "")
		s.submit(t, submission()).wants(t, 201, "")
		s.submit(t, submission().with("wave", "summer")).wants(t, 410, "wave-closed")

		first := submission()
		s.submit(t, first).wants(t, 201, "")
		s.clock.Add(time.Hour)
		s.post(t, path+"/spring/close", nil).wants(t, 200, "")
		s.submit(t, submission()).wants(t, 410, "wave-closed")
		s.submit(t, first).wants(t, 200, "") // its receipt stays

		var list struct{ Waves []api.Wave }
		s.get(t, path).into(t, &list)
		if len(list.Waves) != 2 || list.Waves[0].Key != "spring" || list.Waves[0].Open || list.Waves[0].ClosesAt == nil ||
			!list.Waves[1].OpensAt.Equal(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v", list)
		}

		s.post(t, path+"/autumn/close", nil).wants(t, 404, "not-found")
		s.post(t, "/api/v1/surveys/nothing/waves", object{"key": "w"}).wants(t, 404, "not-found")
		s.get(t, "/api/v1/surveys/nothing/waves").wants(t, 404, "not-found")
		s.post(t, path, object{"key": "Über"}).wants(t, 422, "not-valid")
		s.post(t, path, object{"key": "w", "opens_at": "2026-06-01T00:00:00Z", "closes_at": "2026-05-01T00:00:00Z"}).wants(t, 422, "not-valid")
		s.post(t, path, object{}).wants(t, 400, "malformed-body")
		s.post(t, path, `{"key":"w","open":true}`).wants(t, 400, "malformed-body")
		s.post(t, path, `[]`).wants(t, 400, "malformed-body")
	})
}

func TestInvitationsAreCheckedTogether(t *testing.T) {
	s := newSite(t, testdb.SQLite(t))
	const path = "/api/v1/surveys/default/invitations"
	p := s.post(t, path, object{"invitations": []object{
		{"attributes": object{"cabin": "first"}},
		{"attributes": object{"cabin": "cockpit"}},
		{"wave": "nothing"},
		{"expires_at": "2020-01-01T00:00:00Z"},
	}}).wants(t, 422, "not-valid")
	if len(p.Errors) != 3 || p.Errors[0].Field != "invitations[1].attributes.cabin" {
		t.Errorf("%+v", p.Errors)
	}
	for _, body := range []string{`{}`, `{"invitations":[]}`, `{"invitations":null}`, `{"invitations":[null]}`, `{"invitations":{}}`,
		`{"invitations":[{"attributes":[]}]}`, `{"invitations":[{"token":"x"}]}`, `{"invitations":[` + strings.Repeat("{},", 10_000) + `{}]}`} {
		s.post(t, path, body).wants(t, 400, "malformed-body")
	}
	s.post(t, "/api/v1/surveys/nothing/invitations", object{"invitations": []object{{}}}).wants(t, 404, "not-found")

	var made struct{ Invitations []api.Invitation }
	s.post(t, path, `{"invitations":[`+strings.Repeat("{},", 9_999)+`{}]}`).into(t, &made)
	seen := map[string]bool{}
	for _, i := range made.Invitations {
		seen[i.Token] = true
	}
	if len(made.Invitations) != 10_000 || len(seen) != 10_000 {
		t.Errorf("%d invitations, %d tokens", len(made.Invitations), len(seen))
	}
}
