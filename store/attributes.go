package store

import (
	"encoding/json"
	"errors"
	"strings"
)

// appendString appends s, which is UTF-8, as a JSON string.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' {
			quoted, _ := json.Marshal(s) // a string always marshals
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// eachString calls f for every pair of a flat JSON object of strings. Both databases hold what appendString wrote, one of
// them with spaces after the separators; anything beyond that is left to encoding/json.
func eachString(object string, f func(key, value string)) error {
	if strings.IndexByte(object, '\\') >= 0 {
		var m map[string]string
		if err := json.Unmarshal([]byte(object), &m); err != nil {
			return err
		}
		for k, v := range m {
			f(k, v)
		}
		return nil
	}
	rest, ok := strings.CutPrefix(object, "{")
	if !ok {
		return errNotFlat
	}
	for first := true; ; first = false {
		rest = strings.TrimLeft(rest, " ")
		if rest == "}" {
			return nil
		}
		if !first {
			if rest, ok = strings.CutPrefix(rest, ","); !ok {
				return errNotFlat
			}
		}
		var key, value string
		if key, rest, ok = cutString(rest); !ok {
			return errNotFlat
		}
		if rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " "), ":"); !ok {
			return errNotFlat
		}
		if value, rest, ok = cutString(rest); !ok {
			return errNotFlat
		}
		f(key, value)
	}
}

// cutString splits a JSON string without escapes from what follows it.
func cutString(s string) (text, rest string, ok bool) {
	s, ok = strings.CutPrefix(strings.TrimLeft(s, " "), `"`)
	if !ok {
		return "", "", false
	}
	return strings.Cut(s, `"`)
}

var errNotFlat = errors.New("not a flat JSON object of strings")
