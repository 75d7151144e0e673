package imports

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"paxscore/surveys"
)

// identity makes the ids of responses that come without one.
//
// The digest of a response is the SHA-256 of the survey's key, what the row says as mapped, and how many rows of the file
// said exactly the same before. Its id has the form of UUID version 7: the millisecond of submission, 0 if unknown, then
// bits of the digest. So a file read again, under another name, compressed otherwise or in another order, gives the same
// ids, and rows that are alike within a file remain as many as they are. Items and attributes enter by key, unasked and
// unknown ones not at all: a later version of the questionnaire does not change the id.
type identity struct {
	items      []tagged // in the order of their keys
	attributes []tagged
	comments   []tagged
	prefix     []byte // the survey's key
	buf        []byte
	seen       digests
	again      map[uint64]uint32 // rows alike, beyond the first
}

// tagged is a key's place in a response and the tag that stands for it in the digest.
type tagged struct {
	key string
	at  int
	tag [4]byte
}

func newIdentity(s *surveys.Survey) *identity {
	d := &identity{prefix: append([]byte(s.Key), 0), again: map[uint64]uint32{}}
	add := func(list *[]tagged, kind, key string, at int) {
		sum := sha256.Sum256([]byte(kind + key))
		*list = append(*list, tagged{key: key, at: at, tag: [4]byte(sum[:4])})
	}
	for i, it := range s.Questionnaire.Rated() {
		add(&d.items, "item ", string(it.Key), i)
	}
	for i, a := range s.Questionnaire.Attributes {
		add(&d.attributes, "attribute ", string(a.Key), i)
	}
	for _, it := range s.Questionnaire.Items() {
		if !it.Closed() {
			add(&d.comments, "comment ", string(it.Key), 0)
		}
	}
	for _, list := range [][]tagged{d.items, d.attributes, d.comments} {
		slices.SortFunc(list, func(a, b tagged) int { return cmp.Compare(a.key, b.key) })
	}
	return d
}

// set gives r its digest, and its id unless it has one.
func (d *identity) set(r *surveys.Response) {
	b := append(d.buf[:0], d.prefix...)
	var ms int64
	if !r.SubmittedAt.IsZero() {
		ms = r.SubmittedAt.UnixMilli()
	}
	b = binary.BigEndian.AppendUint64(b, uint64(ms))
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(r.Seconds))
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(r.ResponseWeight))
	for _, s := range [...]string{string(r.Mode), r.Language, string(r.Wave), r.Respondent} {
		b = appendText(b, s)
	}
	for _, t := range d.items {
		if code := r.Ratings[t.at]; code != surveys.NotRouted {
			b = append(append(b, t.tag[:]...), code)
		}
	}
	for _, t := range d.attributes {
		if v := r.Attributes[t.at]; v != "" {
			b = appendText(append(b, t.tag[:]...), v)
		}
	}
	for _, t := range d.comments {
		if v := r.Comments[surveys.ItemKey(t.key)]; v != "" {
			b = appendText(append(b, t.tag[:]...), v)
		}
	}
	b = append(b, 0, 0, 0, 0)
	r.Digest = sha256.Sum256(b)
	if sum := binary.BigEndian.Uint64(r.Digest[:]); !d.seen.add(sum) {
		d.again[sum]++
		binary.BigEndian.PutUint32(b[len(b)-4:], d.again[sum])
		r.Digest = sha256.Sum256(b)
	}
	d.buf = b
	if !r.ID.IsZero() {
		return
	}
	binary.BigEndian.PutUint64(r.ID[:8], uint64(ms)<<16)
	copy(r.ID[6:], r.Digest[8:18])
	r.ID[6] = r.ID[6]&0x0f | 0x70
	r.ID[8] = r.ID[8]&0x3f | 0x80
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// digests is a set of 64-bit sums in 11 to 22 bytes each. In 10,000,000 different rows two share a sum with a probability
// of 3 in a million; the later of them would then count as the second of its kind.
type digests struct {
	table []uint64 // 0 is empty
	n     int
}

// add reports whether the sum was not there yet.
func (d *digests) add(sum uint64) bool {
	if sum == 0 {
		sum = 1
	}
	if 4*d.n >= 3*len(d.table) {
		old := d.table
		d.table = make([]uint64, max(1<<10, 2*len(old)))
		for _, s := range old {
			if s != 0 {
				*d.slot(s) = s
			}
		}
	}
	slot := d.slot(sum)
	if *slot == sum {
		return false
	}
	*slot = sum
	d.n++
	return true
}

// slot returns where the sum stands, or the empty place where it belongs.
func (d *digests) slot(sum uint64) *uint64 {
	mask := uint64(len(d.table) - 1)
	for i := sum & mask; ; i = (i + 1) & mask {
		if d.table[i] == 0 || d.table[i] == sum {
			return &d.table[i]
		}
	}
}
