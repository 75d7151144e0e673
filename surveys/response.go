package surveys

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
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

// NewResponseID returns a UUID of version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits.
func NewResponseID(now time.Time) ResponseID {
	var id ResponseID
	rand.Read(id[6:]) // never fails
	ms := uint64(max(0, now.UnixMilli()))
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ParseResponseID reads the canonical form of a UUID: 36 characters, in either letter case. Errors: *InvalidError.
func ParseResponseID(s string) (ResponseID, error) {
	var id ResponseID
	fail := func() (ResponseID, error) {
		e := &InvalidError{Input: "response id"}
		e.Add("id", "uuid", "%s is not a UUID such as 0198c5d2-7f3a-7e21-9c4b-5a6d7e8f9a0b", quoted(s))
		return ResponseID{}, e
	}
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return fail()
	}
	if _, err := hex.Decode(id[:], []byte(s[0:8]+s[9:13]+s[14:18]+s[19:23]+s[24:])); err != nil || !id.Valid() {
		return fail()
	}
	return id, nil
}

// Valid reports whether the id is a UUID of RFC 9562, version 1 to 8.
func (id ResponseID) Valid() bool {
	return id[8]&0xc0 == 0x80 && id[6]>>4 >= 1 && id[6]>>4 <= 8
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
