package surveys

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// Codes of Response.Ratings. An answered item holds its rating minus the low end of its scale, 0..MaxCode.
const (
	MaxCode       byte = 249
	NotRouted     byte = 253 // the question was not asked
	NotApplicable byte = 254 // the passenger said that it does not apply
	Skipped       byte = 255 // asked and not answered
)

// ResponseID is made by the client: a UUID, version 7 unless an importer derives it.
type ResponseID [16]byte

func (id ResponseID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// IsZero reports whether no id was given.
func (id ResponseID) IsZero() bool { return id == ResponseID{} }

// Mode is the way a response came in.
type Mode string

const (
	ModeWeb       Mode = "web"
	ModeQR        Mode = "qr"
	ModeKiosk     Mode = "kiosk"
	ModeInterview Mode = "interview"
	ModeTelephone Mode = "telephone"
	ModeImport    Mode = "import"
)

// Modes lists the ways in.
func Modes() []Mode {
	return []Mode{ModeWeb, ModeQR, ModeKiosk, ModeInterview, ModeTelephone, ModeImport}
}

// Response is one passenger's answers, checked against the questionnaire version it names.
type Response struct {
	ID             ResponseID
	Seq            int64 // commit order, gap-free over the store; 0 before it is stored
	Survey         SurveyKey
	Version        int
	Wave           WaveKey
	SubmittedAt    time.Time // zero: unknown (imported)
	ReceivedAt     time.Time
	Mode           Mode
	Language       string
	Seconds        float64  // time taken; 0: unknown
	Respondent     string   // reference by which duplicates are found; "" for none
	ResponseWeight float64  // base weight, 1 unless the sample says otherwise
	Ratings        []byte   // one code per closed item, in the order of Questionnaire.Rated
	Attributes     []string // in the order of Questionnaire.Attributes; "" is unknown
	Comments       map[ItemKey]string
	Digest         [sha256.Size]byte // of the content, to tell a repeat from a conflict
}

// Receipt is what a client gets for a stored response, the first time and each time it repeats it.
type Receipt struct {
	ID         ResponseID
	Survey     SurveyKey
	Version    int
	ReceivedAt time.Time
	Repeat     bool // the response was stored before
}
