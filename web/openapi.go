package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// description is the part of an OpenAPI 3 document that its page shows.
type description struct {
	OpenAPI string `json:"openapi"`
	Info    struct {
		Title, Version, Summary, Description string
	} `json:"info"`
	Security []map[string][]string
	Tags     []struct{ Name, Description string }
	Paths    map[string]map[string]json.RawMessage

	Components struct {
		Parameters map[string]parameter
		Responses  map[string]response
		Schemas    map[string]*schema
	}
}

type operation struct {
	OperationID          string `json:"operationId"`
	Tags                 []string
	Summary, Description string
	Security             *[]map[string][]string
	Parameters           []parameter
	RequestBody          *struct {
		Description string
		Required    bool
		Content     map[string]media
	} `json:"requestBody"`
	Responses map[string]response
}

type parameter struct {
	Ref                   string `json:"$ref"`
	Name, In, Description string
	Required              bool
	Schema                *schema
	Example               any
	Examples              map[string]example
}

type response struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]media
}

type media struct {
	Schema   *schema
	Example  json.RawMessage
	Examples map[string]example
}

type example struct {
	Summary string
	Value   json.RawMessage
}

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 typeNames
	Format, Description  string
	Properties           map[string]*schema
	Required             []string
	Items                *schema
	AdditionalProperties json.RawMessage `json:"additionalProperties"`
	AllOf                []*schema       `json:"allOf"`
	OneOf                []*schema       `json:"oneOf"`
	AnyOf                []*schema       `json:"anyOf"`
	Enum                 []any
	Const                any
	Default              any
	Pattern              string
	Minimum, Maximum     *float64
	MinLength, MaxLength *int
}

// typeNames is one type or several.
type typeNames []string

func (t *typeNames) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte{'"'}) {
		*t = typeNames{""}
		return json.Unmarshal(b, &(*t)[0])
	}
	return json.Unmarshal(b, (*[]string)(t))
}

var errNotOpenAPI = errors.New("not an OpenAPI 3 document")

func readDescription(body []byte) (*description, error) {
	d := &description{}
	if err := json.Unmarshal(body, d); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(d.OpenAPI, "3.") {
		return nil, errNotOpenAPI
	}
	return d, nil
}

// methods in the order shown.
var methods = [...]string{"get", "post", "put", "patch", "delete"}

// operations returns every operation of a path, its own parameters after those of the path.
func (d *description) operations(path string) (out []located, err error) {
	var shared []parameter
	if raw, ok := d.Paths[path]["parameters"]; ok {
		if err := json.Unmarshal(raw, &shared); err != nil {
			return nil, fmt.Errorf("%s: parameters: %w", path, err)
		}
	}
	for _, method := range methods {
		raw, ok := d.Paths[path][method]
		if !ok {
			continue
		}
		o := located{Path: path, Method: strings.ToUpper(method)}
		if err := json.Unmarshal(raw, &o.operation); err != nil {
			return nil, fmt.Errorf("%s %s: %w", method, path, err)
		}
		o.Parameters = slices.Concat(shared, o.Parameters)
		for i, p := range o.Parameters {
			if p.Ref != "" {
				found, ok := d.Components.Parameters[refName(p.Ref)]
				if !ok {
					return nil, fmt.Errorf("%s %s: no parameter %s", method, path, p.Ref)
				}
				o.Parameters[i] = found
			}
		}
		for status, r := range o.Responses {
			if r.Ref != "" {
				found, ok := d.Components.Responses[refName(r.Ref)]
				if !ok {
					return nil, fmt.Errorf("%s %s: no response %s", method, path, r.Ref)
				}
				o.Responses[status] = found
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// located is an operation at its address.
type located struct {
	operation
	Path, Method string
}

func (o located) open(d *description) bool {
	security := d.Security
	if o.Security != nil {
		security = *o.Security
	}
	return len(security) == 0 || slices.ContainsFunc(security, func(m map[string][]string) bool { return len(m) == 0 })
}

func refName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// typeOf writes a type for people; link is the name of the schema it leads to, or "".
func typeOf(s *schema) (text, link string) {
	if s == nil {
		return "", ""
	}
	if s.Ref != "" {
		return refName(s.Ref), refName(s.Ref)
	}
	if len(s.AllOf) == 1 && len(s.Properties) == 0 {
		return typeOf(s.AllOf[0])
	}
	if choices := slices.Concat(s.OneOf, s.AnyOf); len(choices) > 0 {
		var texts []string
		for _, c := range choices {
			t, l := typeOf(c)
			texts = append(texts, t)
			if l != "" {
				link = l
			}
		}
		return strings.Join(texts, " or "), link
	}
	if len(s.Enum) > 0 {
		var texts []string
		for _, v := range s.Enum {
			b, _ := json.Marshal(v)
			texts = append(texts, string(b))
		}
		return strings.Join(texts, ", "), ""
	}
	if s.Const != nil {
		b, _ := json.Marshal(s.Const)
		return string(b), ""
	}
	var texts []string
	for _, name := range s.Type {
		switch {
		case name == "array":
			t, l := typeOf(s.Items)
			texts, link = append(texts, "list of "+t), l
		case name == "object" && len(s.Properties) == 0 && len(s.AdditionalProperties) > 0 && s.AdditionalProperties[0] == '{':
			var values schema
			if json.Unmarshal(s.AdditionalProperties, &values) == nil {
				t, l := typeOf(&values)
				name, link = "map to "+t, l
			}
			texts = append(texts, name)
		case s.Format != "" && name == "string":
			texts = append(texts, s.Format)
		default:
			texts = append(texts, name)
		}
	}
	return strings.Join(texts, " or "), link
}

// limits writes the bounds of a value.
func limits(s *schema) string {
	var out []string
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		out = append(out, fmt.Sprintf("%v to %v", *s.Minimum, *s.Maximum))
	case s.Minimum != nil:
		out = append(out, fmt.Sprintf("at least %v", *s.Minimum))
	case s.Maximum != nil:
		out = append(out, fmt.Sprintf("at most %v", *s.Maximum))
	}
	if s.MaxLength != nil {
		out = append(out, fmt.Sprintf("at most %d characters", *s.MaxLength))
	}
	if s.Default != nil {
		out = append(out, fmt.Sprintf("default %v", s.Default))
	}
	return strings.Join(out, ", ")
}

// fields lists the properties of a schema, required ones first, nested ones as paths.
func (d *description) fields(s *schema, prefix string, depth int) (out []fieldRow) {
	if s == nil || depth > 4 {
		return nil
	}
	for _, part := range s.AllOf {
		if part.Ref != "" {
			part = d.Components.Schemas[refName(part.Ref)]
		}
		out = append(out, d.fields(part, prefix, depth+1)...)
	}
	names := slices.Sorted(maps.Keys(s.Properties))
	slices.SortStableFunc(names, func(a, b string) int { return rank(s.Required, a) - rank(s.Required, b) })
	for _, name := range names {
		property := s.Properties[name]
		if property == nil {
			continue
		}
		row := fieldRow{Name: prefix + name, Required: slices.Contains(s.Required, name), Limits: limits(property), Description: property.Description}
		row.Type, row.Link = typeOf(property)
		inner, path := property, prefix+name+"."
		if property.Ref == "" && property.Items != nil && property.Items.Ref == "" && len(property.Items.Properties) > 0 {
			inner, path, row.Type = property.Items, prefix+name+"[].", "list of objects"
		}
		out = append(out, row)
		if inner.Ref == "" && len(inner.Properties) > 0 {
			out = append(out, d.fields(inner, path, depth+1)...)
		}
	}
	return out
}

// rank orders names as the list of required ones does; the others follow.
func rank(required []string, name string) int {
	if i := slices.Index(required, name); i >= 0 {
		return i
	}
	return len(required)
}

// fieldRow is a row of a schema's table.
type fieldRow struct {
	Name, Type, Link, Limits, Description string
	Required                              bool
}
