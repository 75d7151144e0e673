package strictyaml

import (
	"strconv"
	"strings"
)

// Join returns the path of a key within the map at path.
func Join(path, key string) string {
	if !plainKey(key) {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// At returns the path of an element within the list at path.
func At(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func plainKey(key string) bool {
	return key != "" && !strings.ContainsFunc(key, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
}

// step is one part of a path.
type step struct {
	key     string
	index   int
	isIndex bool
}

// splitPath reads what Join and At write. What it cannot read it takes as a key.
func splitPath(path string) []step {
	var steps []step
	for path != "" {
		if path[0] == '[' {
			if quoted, err := strconv.QuotedPrefix(path[1:]); err == nil && strings.HasPrefix(path[1+len(quoted):], "]") {
				key, _ := strconv.Unquote(quoted)
				steps = append(steps, step{key: key})
				path = path[len(quoted)+2:]
				continue
			}
			if digits, rest, ok := strings.Cut(path[1:], "]"); ok {
				if i, err := strconv.Atoi(digits); err == nil && i >= 0 {
					steps = append(steps, step{index: i, isIndex: true})
					path = rest
					continue
				}
			}
			return append(steps, step{key: path})
		}
		path = strings.TrimPrefix(path, ".")
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		if end == 0 {
			return append(steps, step{key: path})
		}
		steps = append(steps, step{key: path[:end]})
		path = path[end:]
	}
	return steps
}

// Suggest returns the candidate that key was probably meant to be, or "".
func Suggest(key string, candidates []string) string {
	best, least := "", 1+min(2, len(key)/2)
	for _, c := range candidates {
		if d := distance(strings.ToLower(key), c); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the edits from a to b: insert, delete, replace, swap of neighbours (optimal string alignment).
func distance(a, b string) int {
	const far = 1 << 10
	if len(a) > 64 || len(b) > 64 {
		return far
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
