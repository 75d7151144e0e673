package surveyfile

import (
	"strings"

	"paxscore/surveys"
)

// weighting reads both forms: one margin, which is post-stratification, or a method with its margins.
func (b *builder) weighting(path string, x *weighting) *surveys.Weighting {
	w := &surveys.Weighting{Method: surveys.WeightingMethod(x.Method), Errors: surveys.WeightingErrors(x.Errors)}
	short := x.Attribute != "" || x.Shares != nil
	switch {
	case short && x.Margins != nil:
		b.add(path, "conflict", "give attribute and shares, or margins")
	case !short && x.Margins == nil:
		b.add(path+".margins", "required", "is missing; give margins, each with attribute and shares")
	case short && x.Attribute == "":
		b.add(path+".attribute", "required", "is missing")
	case short && x.Shares == nil:
		b.add(path+".shares", "required", "is missing")
	}
	if short {
		b.short = append(b.short, path)
		w.Margins = append(w.Margins, surveys.Margin{Attribute: surveys.AttributeKey(x.Attribute), Shares: x.Shares})
	}
	for _, m := range x.Margins {
		w.Margins = append(w.Margins, surveys.Margin{Attribute: surveys.AttributeKey(m.Attribute), Shares: m.Shares, Merge: m.Merge})
	}
	if w.Method == "" {
		w.Method = surveys.PostStratify
		if !short {
			b.add(path+".method", "required", "is missing; it is post_stratify, rake or calibrate")
		}
	}
	b.limits(path, x, w)
	return w
}

// limits sets cap and floor of raking, bounds of calibration. A limit of another method has no meaning.
func (b *builder) limits(path string, x *weighting, w *surveys.Weighting) {
	if w.Method == surveys.Rake {
		w.Cap, w.Floor = or(x.Cap, surveys.DefaultCap), or(x.Floor, surveys.DefaultFloor)
	} else {
		if x.Cap != nil {
			b.add(path+".cap", "conflict", "limits weights of method rake, not of %s", w.Method)
		}
		if x.Floor != nil {
			b.add(path+".floor", "conflict", "limits weights of method rake, not of %s", w.Method)
		}
	}
	switch {
	case w.Method != surveys.Calibrate && x.Bounds != nil:
		b.add(path+".bounds", "conflict", "limits weights of method calibrate, not of %s", w.Method)
	case w.Method != surveys.Calibrate:
	case x.Bounds == nil:
		b.add(path+".bounds", "required", "is missing; give the least and the greatest weight over the base weight, as in [0.3, 3]")
	case len(x.Bounds) != 2:
		b.add(path+".bounds", "length", "two numbers are needed, the least and the greatest weight over the base weight")
	default:
		w.Low, w.High = x.Bounds[0], x.Bounds[1]
	}
}

// written is the path of a part as the file has it: a weighting that is one margin has no list of margins.
func (b *builder) written(path string) string {
	for _, short := range b.short {
		if rest, ok := strings.CutPrefix(path, short+".margins[0]"); ok {
			return short + rest
		}
	}
	return path
}
