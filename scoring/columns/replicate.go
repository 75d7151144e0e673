package columns

// Replicates is the number of groups into which rows are divided for delete-a-group jackknife errors.
const Replicates = 50

// Key and stream of the hash by which rows are divided: those of the reference study, whose groups these are.
const (
	replicateKey    = 42
	replicateStream = 60
)

// golden is 2^64 divided by the golden ratio, the step of SplitMix64.
const golden = 0x9E3779B97F4A7C15

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// replicateOf is the group of a number: mix(mix(mix(mix(42+G)+60G)+iG)) mod 50, with G = golden.
func replicateOf(i uint64) uint8 {
	a := mix(mix(replicateKey+golden) + golden*replicateStream%(1<<64))
	return uint8(mix(mix(a+i*golden)) % Replicates)
}

// ReplicateOf is the jackknife group, 0 … 49, of a respondent by reference, the same in every run and on every machine: that of
// the number, where the reference is a decimal number of up to 18 digits without leading zeros, else that of the reference's
// FNV-1a hash of 64 bits.
func ReplicateOf(respondent string) uint8 {
	if n, ok := decimal(respondent); ok {
		return replicateOf(n)
	}
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for i := range len(respondent) {
		h = (h ^ uint64(respondent[i])) * prime
	}
	return replicateOf(h)
}

func decimal(s string) (n uint64, ok bool) {
	if s == "" || len(s) > 18 || s[0] == '0' {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + uint64(s[i]-'0')
	}
	return n, true
}

// Replicate is the jackknife group, 0 … 49, of a row: that of its respondent, or of the row's number counted from 1 where that is
// unknown.
func (t *Table) Replicate(row uint32) uint8 {
	if who := t.Respondent(row); who != 0 {
		return uint8(who&(1<<groupBits-1)) - 1
	}
	return replicateOf(uint64(row) + 1)
}
