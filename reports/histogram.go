package reports

import (
	"paxscore/scoring"
	"paxscore/surveys"
)

// Histograms counts the ratings of every item in every group of the query's one segmentation, of which each valid response counts once:
// by group in no particular order, by item in the order of the questionnaire, by rating from the low end of its scale. Groups are not
// suppressed, so the counts are for further computation and for measurements, not for display. Nothing is kept for the next question.
// Errors: *surveys.InvalidError.
func (d *Dataset) Histograms(q Query) (counts [][][]int, err error) {
	err = d.question(q, func(asked *question) error {
		if len(asked.by) != 1 {
			bad := &surveys.InvalidError{Input: "query"}
			bad.Add("by", "length", "histograms are of one segmentation, not of %d", len(asked.by))
			return bad
		}
		model, err := d.layout.model(asked.model)
		if err != nil {
			return err
		}
		model.Dimensions = nil // answers are counted, not scored
		scores, err := scoring.NewScores(d.table, model)
		if err != nil {
			return err
		}
		items := make([]int, len(d.layout.rated))
		for i := range items {
			items[i] = i
		}
		d.screening()
		selection := scoring.NewSelection(d.table, d.screen, asked.filter())
		defer selection.Release()
		selection.Update()
		plan := scoring.Plan{Cluster: scoring.None, Stratum: scoring.None, Unweighted: true}
		tabulation := scoring.NewTabulation(selection, scores, plan, asked.by, items, nil)
		defer tabulation.Release()
		if !tabulation.Update() {
			bad := &surveys.InvalidError{Input: "query"}
			bad.Add("by", "length", "the groups are too many to be counted at once")
			return bad
		}
		sample, err := tabulation.Sample(model, plan)
		if err != nil {
			return err
		}
		division := tabulation.Division(0, sample)
		for group := range division.Levels {
			of := make([][]int, len(items))
			for i := range of {
				of[i] = division.N(i, group)
			}
			counts = append(counts, of)
		}
		return nil
	})
	return counts, err
}
