package strictyaml

import (
	"iter"
	"math"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"paxscore/surveys"
)

// Reader is a type that reads itself, because it may be written in more than one shape. It is implemented with a pointer
// receiver.
type Reader interface {
	ReadYAML(v Value)
}

// Decode reads the document into the struct that into points to and returns everything wrong, by place.
//
// Fields are named by the tag `yaml:"key"` or `yaml:"key,required"`; fields without a tag are left alone. What the file
// leaves out keeps its value. Types: structs, pointers, slices, maps with string keys, strings (any single value as it is
// written, so that codes such as 01, yes and 1.50 stay what they are), bool, whole numbers, float64, and Readers. A struct
// with a field of another type is a mistake of the program and panics.
func (d *Document) Decode(into any) []surveys.FieldError {
	c := &collector{}
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic("strictyaml: Decode needs a pointer")
	}
	decode(Value{node: d.root, c: c}, v.Elem())
	return Sorted(c.problems)
}

// Value is one value of the file, given to a Reader.
type Value struct {
	node *yaml.Node
	path string
	c    *collector
}

// IsMap reports whether the value is a map.
func (v Value) IsMap() bool { return v.node.Kind == yaml.MappingNode }

// IsList reports whether the value is a list.
func (v Value) IsList() bool { return v.node.Kind == yaml.SequenceNode }

// IsWord reports whether the value is a single value that is not empty.
func (v Value) IsWord() bool { return v.node.Kind == yaml.ScalarNode && v.node.Tag != "!!null" }

// Text returns a single value as it is written.
func (v Value) Text() string { return v.node.Value }

// Path returns the value's path in the file.
func (v Value) Path() string { return v.path }

// Decode reads the value as Document.Decode does, collecting what is wrong.
func (v Value) Decode(into any) { decode(v, reflect.ValueOf(into).Elem()) }

// Refuse reports a problem with the value.
func (v Value) Refuse(rule, format string, args ...any) {
	v.c.add(v.node, v.path, rule, format, args...)
}

// Entries yields the keys and values of a map in the order written; a key that stands twice is given once.
func (v Value) Entries() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		seen := map[string]bool{}
		for i := 0; v.IsMap() && i+1 < len(v.node.Content); i += 2 {
			key, value := v.node.Content[i], v.node.Content[i+1]
			if key.Kind != yaml.ScalarNode || seen[key.Value] {
				continue
			}
			seen[key.Value] = true
			path := Join(v.path, key.Value)
			if !yield(Value{key, path, v.c}, Value{value, path, v.c}) {
				return
			}
		}
	}
}

// Elements yields the values of a list.
func (v Value) Elements() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		for i := 0; v.IsList() && i < len(v.node.Content); i++ {
			if !yield(i, Value{v.node.Content[i], At(v.path, i), v.c}) {
				return
			}
		}
	}
}

func (v Value) what() string {
	switch {
	case v.IsMap():
		return "a map"
	case v.IsList():
		return "a list"
	case v.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return strconv.Quote(short(v.node.Value)) + " in quotes"
	}
	return strconv.Quote(short(v.node.Value))
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func (v Value) wrongType(want string) { v.Refuse("type", "must be %s, not %s", want, v.what()) }

func decode(v Value, to reflect.Value) {
	if v.node.Kind == yaml.AliasNode {
		return // reported by Parse
	}
	if v.node.Kind == yaml.ScalarNode && v.node.Tag == "!!null" {
		v.Refuse("empty", "has no value; write one or leave the key out")
		return
	}
	if r, ok := to.Addr().Interface().(Reader); ok {
		r.ReadYAML(v)
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		if to.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
		}
		decode(v, to.Elem())
	case reflect.Struct:
		decodeStruct(v, to)
	case reflect.Slice:
		if !v.IsList() {
			v.wrongType("a list")
			return
		}
		list := reflect.MakeSlice(to.Type(), len(v.node.Content), len(v.node.Content))
		for i, e := range v.Elements() {
			decode(e, list.Index(i))
		}
		to.Set(list)
	case reflect.Map:
		if !v.IsMap() {
			v.wrongType("a map")
			return
		}
		m := reflect.MakeMap(to.Type())
		for key, value := range v.Entries() {
			e := reflect.New(to.Type().Elem()).Elem()
			decode(value, e)
			m.SetMapIndex(reflect.ValueOf(key.Text()).Convert(to.Type().Key()), e)
		}
		to.Set(m)
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Float64:
		decodeWord(v, to)
	default:
		panic("strictyaml: cannot read into " + to.Type().String())
	}
}

func decodeStruct(v Value, to reflect.Value) {
	if !v.IsMap() {
		v.wrongType("a map")
		return
	}
	var known, required []string
	fields := map[string]reflect.Value{}
	for i := range to.NumField() {
		key, options, _ := strings.Cut(to.Type().Field(i).Tag.Get("yaml"), ",")
		if key == "" || key == "-" {
			continue
		}
		known = append(known, key)
		fields[key] = to.Field(i)
		if options == "required" {
			required = append(required, key)
		}
	}
	given := map[string]bool{}
	for key, value := range v.Entries() {
		given[key.Text()] = true
		field, ok := fields[key.Text()]
		switch {
		case ok:
			decode(value, field)
		case Suggest(key.Text(), known) != "":
			key.Refuse("unknown", "there is no such key; did you mean %q?", Suggest(key.Text(), known))
		default:
			key.Refuse("unknown", "there is no such key; the keys here are %s", strings.Join(known, ", "))
		}
	}
	for _, key := range required {
		if !given[key] {
			v.c.add(v.node, Join(v.path, key), "required", "is missing")
		}
	}
}

func decodeWord(v Value, to reflect.Value) {
	if v.node.Kind != yaml.ScalarNode {
		switch to.Kind() {
		case reflect.String:
			v.wrongType("text")
		case reflect.Bool:
			v.wrongType("true or false")
		case reflect.Float64:
			v.wrongType("a number")
		default:
			v.wrongType("a whole number")
		}
		return
	}
	text, plain := v.node.Value, v.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	switch to.Kind() {
	case reflect.String:
		to.SetString(text)
	case reflect.Bool:
		if !plain || text != "true" && text != "false" {
			v.wrongType("true or false")
			return
		}
		to.SetBool(text == "true")
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		switch tag := v.node.Tag; {
		case tag == "!!float" && (strings.HasSuffix(strings.ToLower(text), ".nan") || strings.HasSuffix(strings.ToLower(text), ".inf")),
			err != nil && math.IsInf(f, 0):
			v.Refuse("finite", "must be a finite number, not %s", short(text))
		case !plain || err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(text, "xXpP_"):
			v.wrongType("a number")
		default:
			to.SetFloat(f)
		}
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		unsigned := strings.TrimLeft(text, "+-")
		if !plain || err != nil || len(unsigned) > 1 && unsigned[0] == '0' {
			v.wrongType("a whole number")
			return
		}
		if to.OverflowInt(n) {
			v.Refuse("range", "%s is too large", text)
			return
		}
		to.SetInt(n)
	}
}
