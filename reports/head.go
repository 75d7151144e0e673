package reports

import "strconv"

// Head is what every answer says of its making.
type Head struct {
	Survey       string    `json:"survey"`
	Title        string    `json:"title"`
	Version      int       `json:"survey_version"`  // the questionnaire that the responses are read by; 0 if it is not published
	Versions     []int     `json:"survey_versions"` // questionnaire versions among the responses
	Model        string    `json:"model"`
	ModelLabel   string    `json:"model_label"`
	ModelNote    string    `json:"model_note"`
	ModelVersion string    `json:"model_version"` // model key @ survey version, or @draft
	Filter       Filter    `json:"filter"`
	Weighting    Weighting `json:"weighting"`
	Design       Design    `json:"design"`
	Policy       Policy    `json:"policy"`
	Responses    Responses `json:"responses"`
	Warnings     []string  `json:"warnings"`
	UpToSeq      int64     `json:"up_to_seq"` // the last response that the answer has seen
}

// VersionName is what people call a version of a questionnaire: its number, and draft where it is not published.
func VersionName(version int) string {
	if version == 0 {
		return "draft"
	}
	return strconv.Itoa(version)
}

// ask resolves a question, works out the selection and the head of its answer, and lets answer find the figures; the data set
// does not change meanwhile. Errors: *surveys.InvalidError for what the survey does not have, that of answer.
func (d *Dataset) ask(q Query, answer func(b *builder) error) error {
	return d.askSums(q, func(b *builder) error {
		b.position()
		return answer(b)
	})
}

// askSums is ask for an answer that does not look at responses one by one.
func (d *Dataset) askSums(q Query, answer func(b *builder) error) error {
	return d.question(q, func(asked *question) error {
		b, err := d.newBuilder(asked)
		if err != nil {
			return err
		}
		b.begin()
		return answer(b)
	})
}

// question resolves a question and lets answer work on a data set that does not change.
func (d *Dataset) question(q Query, answer func(asked *question) error) error {
	asked, err := d.layout.resolve(q)
	if err != nil {
		return err
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	return answer(asked)
}
