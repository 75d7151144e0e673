package surveyfile

import (
	"paxscore/surveys"
	"paxscore/surveys/strictyaml"
)

// file is the survey file as it is written.
type file struct {
	Key        string      `yaml:"key,required"`
	Languages  []string    `yaml:"languages,required"`
	Title      text        `yaml:"title,required"`
	Intro      text        `yaml:"intro"`
	Thanks     text        `yaml:"thanks"`
	Scales     []scale     `yaml:"scales"`
	Attributes []attribute `yaml:"attributes"`
	Sections   []section   `yaml:"sections,required"`
	Models     []model     `yaml:"models,required"`
	Design     struct {
		Cluster string `yaml:"cluster"`
		Stratum string `yaml:"stratum"`
	} `yaml:"design"`
	Segments  []string `yaml:"segments"`
	Screening struct {
		Duplicates *bool `yaml:"duplicates"`
		Careless   *bool `yaml:"careless"`
		BreakOffs  *bool `yaml:"break_offs"`
	} `yaml:"screening"`
	Initiatives []initiative `yaml:"initiatives"`
	Splices     []splice     `yaml:"splices"`
}

type scale struct {
	Key       string  `yaml:"key,required"`
	Low       int     `yaml:"low,required"`
	High      int     `yaml:"high,required"`
	LowLabel  text    `yaml:"low_label"`
	HighLabel text    `yaml:"high_label"`
	Points    []point `yaml:"points"`
}

type point struct {
	Value int      `yaml:"value,required"`
	Label text     `yaml:"label,required"`
	Score *float64 `yaml:"score"`
}

type attribute struct {
	Key    string `yaml:"key,required"`
	Label  text   `yaml:"label,required"`
	Ask    bool   `yaml:"ask"`
	Values values `yaml:"values"`
}

type section struct {
	Key        string     `yaml:"key,required"`
	Title      text       `yaml:"title"`
	Touchpoint string     `yaml:"touchpoint"`
	ShowIf     *condition `yaml:"show_if"`
	Items      []item     `yaml:"items,required"`
}

type item struct {
	Key           string     `yaml:"key,required"`
	Kind          string     `yaml:"kind"`
	Text          text       `yaml:"text,required"`
	Scale         string     `yaml:"scale"`
	Reverse       bool       `yaml:"reverse"`
	NotApplicable bool       `yaml:"not_applicable"`
	Required      bool       `yaml:"required"`
	Touchpoint    string     `yaml:"touchpoint"`
	Owner         string     `yaml:"owner"`
	ShowIf        *condition `yaml:"show_if"`
	MaxLength     int        `yaml:"max_length"`
}

type condition struct {
	Item      string   `yaml:"item"`
	Min       *int     `yaml:"min"`
	Max       *int     `yaml:"max"`
	Attribute string   `yaml:"attribute"`
	In        []string `yaml:"in"`
}

type model struct {
	Key        string      `yaml:"key,required"`
	Label      text        `yaml:"label,required"`
	Note       text        `yaml:"note"`
	Dimensions []dimension `yaml:"dimensions,required"`
	Missing    struct {
		MinItemShare      *float64 `yaml:"min_item_share"`
		MinDimensions     *int     `yaml:"min_dimensions"`
		MinDimensionShare *float64 `yaml:"min_dimension_share"`
	} `yaml:"missing"`
	Base struct {
		Suppress *int `yaml:"suppress"`
		Show     *int `yaml:"show"`
		Test     *int `yaml:"test"`
		Flag     *int `yaml:"flag"`
	} `yaml:"base"`
	Confidence *float64   `yaml:"confidence"`
	Target     *float64   `yaml:"target"`
	Margin     *float64   `yaml:"margin"`
	Weighting  *weighting `yaml:"weighting"`
	Approval   *approval  `yaml:"approval"`
}

type approval struct {
	By          string `yaml:"by,required"`
	On          string `yaml:"on,required"`
	Method      string `yaml:"method,required"`
	FrozenUntil string `yaml:"frozen_until"`
}

type dimension struct {
	Key     string   `yaml:"key,required"`
	Label   text     `yaml:"label"`
	Weight  *float64 `yaml:"weight"`
	Items   weights  `yaml:"items"`
	Target  *float64 `yaml:"target"`
	Measure string   `yaml:"measure"`
}

// weighting is one margin, {attribute, shares}, or a method with its margins and limits.
type weighting struct {
	Attribute string             `yaml:"attribute"`
	Shares    map[string]float64 `yaml:"shares"`
	Method    string             `yaml:"method"`
	Margins   []margin           `yaml:"margins"`
	Cap       *float64           `yaml:"cap"`
	Floor     *float64           `yaml:"floor"`
	Bounds    []float64          `yaml:"bounds"`
	Errors    string             `yaml:"errors"`
}

type margin struct {
	Attribute string              `yaml:"attribute,required"`
	Shares    map[string]float64  `yaml:"shares,required"`
	Merge     map[string][]string `yaml:"merge"`
}

// text is a text in each language, or one string where the survey has one language.
type text struct {
	each surveys.Text
	one  string
}

func (t *text) ReadYAML(v strictyaml.Value) {
	switch {
	case v.IsMap():
		v.Decode((*map[string]string)(&t.each))
	case v.IsWord():
		t.one = v.Text()
	default:
		v.Refuse("type", "must be a text, or a map of languages to texts")
	}
}

func (t text) given() bool { return t.one != "" || len(t.each) > 0 }

// values are the levels of an attribute: a map of keys to labels, or a list of keys that are their own labels in every
// language.
type values []value

type value struct {
	key   string
	label text
	plain bool
}

func (vs *values) ReadYAML(v strictyaml.Value) {
	switch {
	case v.IsMap():
		for key, label := range v.Entries() {
			x := value{key: key.Text()}
			label.Decode(&x.label)
			*vs = append(*vs, x)
		}
	case v.IsList():
		var keys []string
		v.Decode(&keys)
		for _, k := range keys {
			*vs = append(*vs, value{key: k, plain: true})
		}
	default:
		v.Refuse("type", "must be a map of values to labels, or a list of values")
	}
}

// weights are the items of a dimension: a list, where all count the same, or a map of items to weights.
type weights []surveys.ItemWeight

func (ws *weights) ReadYAML(v strictyaml.Value) {
	switch {
	case v.IsMap():
		for key, weight := range v.Entries() {
			w := surveys.ItemWeight{Item: surveys.ItemKey(key.Text())}
			weight.Decode(&w.ItemWeight)
			*ws = append(*ws, w)
		}
	case v.IsList():
		var keys []surveys.ItemKey
		v.Decode(&keys)
		for _, k := range keys {
			*ws = append(*ws, surveys.ItemWeight{Item: k, ItemWeight: 1 / float64(len(keys))})
		}
	default:
		v.Refuse("type", "must be a list of items, or a map of items to weights")
	}
}
