package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"paxscore/scoring"
	"paxscore/surveys"
)

// scored are the positions of the items that a model's figures rest on: those of its dimensions, the overall and the recommend question.
func (b *builder) scored() []int {
	var out []int
	for i, it := range b.rated {
		in := i == b.overall || i == b.recommend
		for _, d := range b.q.model.Dimensions {
			in = in || slices.ContainsFunc(d.Items, func(u surveys.ItemWeight) bool { return u.Item == it.Key })
		}
		if in {
			out = append(out, i)
		}
	}
	return out
}

// asks tells versions apart that do not ask the same of what is scored; "" is the version in force and any that asks the same. See
// VersionBreak.
func (b *builder) asks(number int) string {
	if number == b.survey.Version {
		return ""
	}
	v := b.d.versions[number]
	if v == nil {
		return fmt.Sprintf("version %d", number)
	}
	var out []string
	for _, i := range b.scored() {
		if v.other[i] != "" {
			out = append(out, fmt.Sprint(i, v.other[i]))
		}
	}
	return strings.Join(out, "; ")
}

// askSame reports whether two periods have responses to versions that ask the same.
func (b *builder) askSame(before, after []int) bool {
	asked := func(versions []int) []string {
		var out []string
		for _, v := range versions {
			out = append(out, b.asks(v))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(asked(before), asked(after))
}

// otherItems names the items that versions of two periods do not ask alike, in brackets; "" where a version is not known.
func (b *builder) otherItems(before, after []int) string {
	var keys []string
	versions := slices.Concat(before, after)
	for _, i := range b.scored() {
		how := map[string]bool{}
		for _, n := range versions {
			switch v := b.d.versions[n]; {
			case n == b.survey.Version:
				how[""] = true
			case v == nil:
				return ""
			default:
				how[v.other[i]] = true
			}
		}
		if len(how) > 1 {
			keys = append(keys, string(b.rated[i].Key))
		}
	}
	return " (" + list(keys) + ")"
}

func numbers(versions []int) []string {
	out := make([]string, len(versions))
	for i, v := range versions {
		out[i] = strconv.Itoa(v)
	}
	return out
}

// reordered are the items that the version asks on the same scale with its levels in another order.
func (v *version) reordered() (keys []string) {
	for i, other := range v.other {
		if other != "" && v.item[i] != scoring.None {
			keys = append(keys, string(v.in.rated[i].Key))
		}
	}
	return keys
}
