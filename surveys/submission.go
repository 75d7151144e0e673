package surveys

import "time"

// Submission is a response as it comes in, before it is checked against a questionnaire.
type Submission struct {
	ID          ResponseID
	Survey      SurveyKey // required unless Token is given
	Version     int       // the questionnaire the passenger saw; 0 is the latest
	Token       Token     // of the invitation; "" for none
	Wave        WaveKey   // "" is the open one
	Mode        Mode      // "" is web
	Language    string    // "" is the questionnaire's first
	Seconds     float64   // 0: unknown
	SubmittedAt time.Time // by the client's clock; zero: now
	Respondent  string
	Answers     map[ItemKey]Answer
	Attributes  map[AttributeKey]string
}

// Answer is the answer to one item. The zero value is a skipped item.
type Answer struct {
	Rating        *int
	NotApplicable bool
	Comment       string
}
