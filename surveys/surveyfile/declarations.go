package surveyfile

import "paxscore/surveys"

// initiative is one element of initiatives.
type initiative struct {
	Key      string   `yaml:"key,required"`
	Label    text     `yaml:"label,required"`
	Note     text     `yaml:"note"`
	Began    string   `yaml:"began"`
	After    *among   `yaml:"after"`
	Treated  []among  `yaml:"treated"`
	Measures []string `yaml:"measures,required"`
}

type among struct {
	Attribute string   `yaml:"attribute,required"`
	In        []string `yaml:"in,required"`
}

// splice is one element of splices.
type splice struct {
	Version int    `yaml:"version,required"`
	From    string `yaml:"from"`
	To      string `yaml:"to"`
	Note    text   `yaml:"note"`
}

func (b *builder) initiative(path string, x initiative) surveys.Initiative {
	out := surveys.Initiative{Key: surveys.InitiativeKey(x.Key), Label: b.text(path+".label", x.Label), Note: b.text(path+".note", x.Note),
		Began: b.day(path+".began", x.Began), Measures: x.Measures}
	if x.After != nil {
		a := x.After.condition()
		out.After = &a
	}
	for _, t := range x.Treated {
		out.Treated = append(out.Treated, t.condition())
	}
	return out
}

func (a among) condition() surveys.Among {
	return surveys.Among{Attribute: surveys.AttributeKey(a.Attribute), In: a.In}
}

// splice reads a splice; the day that it ends with is its last.
func (b *builder) splice(path string, x splice) surveys.Splice {
	out := surveys.Splice{Version: x.Version, From: b.day(path+".from", x.From), To: b.day(path+".to", x.To), Note: b.text(path+".note", x.Note)}
	if !out.To.IsZero() {
		out.To = out.To.AddDate(0, 0, 1)
	}
	return out
}
