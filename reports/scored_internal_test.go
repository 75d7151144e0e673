package reports

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paxscore/internal/study"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

func studyResponses(tb testing.TB, n int) (all []*surveys.Response) {
	tb.Helper()
	for r, err := range study.Responses(surveyfile.Default(), n, 5) {
		if err != nil {
			tb.Fatal(err)
		}
		r.Seq = int64(len(all) + 1)
		all = append(all, r)
	}
	return all
}

func appendAll(tb rapid.TB, d *Dataset, responses ...*surveys.Response) {
	tb.Helper()
	for _, r := range responses {
		if err := d.Append(r); err != nil {
			tb.Fatal(err)
		}
	}
}

func snapshotOf(tb rapid.TB, d *Dataset) []byte {
	tb.Helper()
	var file bytes.Buffer
	if _, err := d.writeSnapshot(&file, func() int64 { return 0 }); err != nil {
		tb.Fatal(err)
	}
	return file.Bytes()
}

func datasetOf(tb rapid.TB, s *surveys.Survey, file []byte) *Dataset {
	tb.Helper()
	d, _, err := readSnapshot(s, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// textOf is an answer as text.
func textOf(tb rapid.TB, answer any, err error) string {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// answersByScores are answers that rest on scores, by the standard model and by another.
func answersByScores(tb rapid.TB, d *Dataset) string {
	tb.Helper()
	var out strings.Builder
	add := func(answer any, err error) { out.WriteString(textOf(tb, answer, err) + "\n") }
	for _, q := range []Query{{By: [][]string{{"cabin"}, {"age", "route"}}}, {Model: "study"}, {Unweighted: true, AllRows: true}} {
		r, err := d.Report(q)
		if err == nil {
			r.UpToSeq = 0 // that of the last response even if it was removed
		}
		add(r, err)
	}
	r, err := d.Importance(ImportanceQuery{})
	if err == nil {
		r.UpToSeq = 0
	}
	add(r, err)
	return out.String()
}

// Every response is scored as it comes in, and stays so whatever becomes of the data set; answers are to the byte those of a fresh one.
func TestScoredAsTheyCome(t *testing.T) {
	s, pool := surveyfile.Default(), studyResponses(t, 3000)
	rapid.Check(t, func(rt *rapid.T) {
		d := NewDataset(s)
		var held []*surveys.Response
		at := 0
		add := func(n int) {
			n = min(n, len(pool)-at)
			appendAll(rt, d, pool[at:at+n]...)
			held = append(held, pool[at:at+n]...)
			at += n
		}
		fresh := func() *Dataset {
			d := NewDataset(s)
			appendAll(rt, d, held...)
			return d
		}
		add(rapid.IntRange(1, 700).Draw(rt, "at first"))
		for range rapid.IntRange(1, 5).Draw(rt, "steps") {
			scored := d.scored
			switch rapid.IntRange(0, 4).Draw(rt, "step") {
			case 0:
				add(rapid.IntRange(0, 100).Draw(rt, "responses"))
			case 1:
				every := rapid.SampledFrom([]int{2, 30, 500}).Draw(rt, "removals")
				var left []*surveys.Response
				var gone []int64
				for i, r := range held {
					if i%every == 0 {
						gone = append(gone, r.Seq)
					} else {
						left = append(left, r)
					}
				}
				d.Remove(gone...)
				held = left
			case 2:
				d = datasetOf(rt, s, snapshotOf(rt, d))
				scored = d.scored
			case 3:
				d.Forget()
			case 4:
				answersByScores(rt, d)
			}
			if want, got := fresh().scored.Bytes(), d.scored.Bytes(); d.scored != scored || got != want {
				rt.Fatalf("%d bytes of scores, or others than before, not %d", got, want)
			}
		}
		if want, got := answersByScores(rt, fresh()), answersByScores(rt, d); got != want {
			rt.Fatalf("fresh:\n%s\nfollowed:\n%s", want, got)
		}
	})
}

// A snapshot of responses that were scored otherwise, or not at all, is refused.
func TestSnapshotScoredOtherwise(t *testing.T) {
	d := NewDataset(surveyfile.Default())
	appendAll(t, d, studyResponses(t, 500)...)
	file := snapshotOf(t, d)
	datasetOf(t, surveyfile.Default(), file)
	refused := func(name string, s *surveys.Survey, file []byte, want string) {
		t.Helper()
		if _, _, err := readSnapshot(s, bytes.NewReader(file), int64(len(file))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", name, err, want)
		}
	}
	for name, change := range map[string]func(m *surveys.Model){
		"dimension weight": func(m *surveys.Model) { m.Dimensions[0].DimensionWeight += .01 },
		"item weight":      func(m *surveys.Model) { m.Dimensions[0].Items[0].ItemWeight += .01 },
		"item":             func(m *surveys.Model) { m.Dimensions[0].Items[0].Item = m.Dimensions[1].Items[0].Item },
		"dimension":        func(m *surveys.Model) { m.Dimensions = m.Dimensions[1:] },
		"policy":           func(m *surveys.Model) { m.Missing.MinItemShare += .01 },
	} {
		s := surveyfile.Default()
		change(&s.Models[0])
		refused("another "+name, s, file, "another layout")
	}
	d.scored.Remove([]uint32{0})
	refused("a row that is not scored", surveyfile.Default(), snapshotOf(t, d), "scores")
	d.scored = NewDataset(surveyfile.Default()).scored
	refused("no row that is scored", surveyfile.Default(), snapshotOf(t, d), "scores")
}
