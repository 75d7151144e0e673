package imports_test

import (
	"strings"
	"testing"

	"paxscore/imports"
	"paxscore/surveys"
)

func ids(t *testing.T, s *surveys.Survey, m *imports.Mapping, data string) []surveys.ResponseID {
	t.Helper()
	rows, _, err := read(t, s, m, "data.csv", data)
	if err != nil {
		t.Fatal(err)
	}
	var out []surveys.ResponseID
	for _, r := range rows {
		if !r.ID.Valid() || r.ID[6]>>4 != 7 || r.Digest == [32]byte{} {
			t.Errorf("id %s, digest %x", r.ID, r.Digest)
		}
		out = append(out, r.ID)
	}
	return out
}

func TestIdentity(t *testing.T) {
	const text = "items: {crew: Crew, comment: Text}\nattributes: {flight: Flight}\nrespondent: Person\nsubmitted_at: Time\n"
	s := small()
	m := mapping(t, s, text)
	base := ids(t, s, m, "Crew,Text,Flight,Person,Time\n3,hi,LX1,p,2025-03-01\n")[0]

	same := func(name, want string, got surveys.ResponseID) {
		t.Helper()
		if (got == base) != (want == "same") {
			t.Errorf("%s: id %s beside %s, want the %s one", name, got, base, want)
		}
	}
	same("other order of columns, spelling and unused columns", "same",
		ids(t, s, m, "Time;Person;X;Flight;Text;Crew\r\n2025-03-01T00:00:00Z; p ;9;LX1;\"hi\"; 3.0\r\n")[0])
	same("another rating", "other", ids(t, s, m, "Crew,Text,Flight,Person,Time\n4,hi,LX1,p,2025-03-01\n")[0])
	same("another comment", "other", ids(t, s, m, "Crew,Text,Flight,Person,Time\n3,ho,LX1,p,2025-03-01\n")[0])
	same("another flight", "other", ids(t, s, m, "Crew,Text,Flight,Person,Time\n3,hi,LX2,p,2025-03-01\n")[0])
	same("another respondent", "other", ids(t, s, m, "Crew,Text,Flight,Person,Time\n3,hi,LX1,q,2025-03-01\n")[0])
	same("another day", "other", ids(t, s, m, "Crew,Text,Flight,Person,Time\n3,hi,LX1,p,2025-03-02\n")[0])

	later := small()
	later.Version = 7
	items := &later.Questionnaire.Sections[0].Items
	(*items)[0], (*items)[1] = (*items)[1], (*items)[0]
	later.Questionnaire.Attributes = append([]surveys.Attribute{{Key: "gate"}}, later.Questionnaire.Attributes...)
	data := "Crew,Text,Flight,Person,Time\n3,hi,LX1,p,2025-03-01\n"
	same("a later version of the questionnaire", "same", ids(t, later, mapping(t, later, text), data)[0])
	other := small()
	other.Key = "other"
	same("another survey", "other", ids(t, other, mapping(t, other, text), data)[0])
}

func TestIdentityKeepsRowsThatAreAlike(t *testing.T) {
	s := small()
	m := mapping(t, s, "items: {crew: Crew}\n")
	seen := map[surveys.ResponseID]bool{}
	for _, id := range ids(t, s, m, "Crew\n"+strings.Repeat("3\n4\n", 3000)) {
		seen[id] = true
	}
	if len(seen) != 6000 {
		t.Errorf("%d ids for 6000 rows", len(seen))
	}
	for _, id := range ids(t, s, m, "Crew\n"+strings.Repeat("4\n", 2000)+strings.Repeat("3\n", 3000)) {
		if !seen[id] {
			t.Fatal("rows in another order have other ids")
		}
	}
}

func TestNoIDs(t *testing.T) {
	s := small()
	f, err := openText(t, "data.csv", "crew\n3\n")
	if err != nil {
		t.Fatal(err)
	}
	f.NoIDs = true
	for r, err := range f.Responses(t.Context(), s, imports.OwnMapping(s), &imports.Result{}) {
		if err != nil || !r.ID.IsZero() || r.Digest != [32]byte{} {
			t.Errorf("%+v, %v", r, err)
		}
	}
}
