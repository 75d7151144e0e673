package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// docs is the documentation of the API, made once from its OpenAPI description.
type docs struct {
	Name, Version string
	Summary       string
	Paragraphs    []string
	Groups        []docGroup
	Schemas       []docSchema
}

type docGroup struct {
	Name, Description string
	Operations        []docOperation
}

type docOperation struct {
	ID, Method, Path, Summary string
	Paragraphs                []string
	Open                      bool // needs no key
	Parameters                []fieldRow
	Bodies                    []docBody
	Responses                 []docResponse
	Examples                  []docExample
}

// docExample is a command that does an operation.
type docExample struct{ Summary, Curl string }

// docBody is a body in one or several media types that share a schema.
type docBody struct {
	Media, Type, Link string
	Fields            []fieldRow
}

type docResponse struct {
	Status, Description string
	Bodies              []docBody
}

type docSchema struct {
	Name, Description, Type, Link string
	Fields                        []fieldRow
}

// docsPage shows the documentation.
type docsPage struct {
	frame
	docs
}

func (s *site) showDocs(c *gin.Context) {
	page := docsPage{frame: s.views.staffFrame(s.docs.Name + " API"), docs: s.docs}
	page.SignedIn = s.signedIn(c)
	c.Header("Cache-Control", "private, no-cache")
	s.views.render(c, http.StatusOK, "docs", page)
}

// newDocs reads an OpenAPI document. Operations stand by tag, in the order of the tags, then by path.
func newDocs(body []byte) (docs, error) {
	d, err := readDescription(body)
	if err != nil {
		return docs{}, err
	}
	out := docs{Name: d.Info.Title, Version: d.Info.Version, Summary: d.Info.Summary, Paragraphs: paragraphs(d.Info.Description)}
	at := map[string]int{}
	for i, tag := range d.Tags {
		out.Groups = append(out.Groups, docGroup{Name: tag.Name, Description: tag.Description})
		at[tag.Name] = i
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		operations, err := d.operations(path)
		if err != nil {
			return docs{}, err
		}
		for _, o := range operations {
			tag := "other"
			if len(o.Tags) > 0 {
				tag = o.Tags[0]
			}
			i, ok := at[tag]
			if !ok {
				i, at[tag] = len(out.Groups), len(out.Groups)
				out.Groups = append(out.Groups, docGroup{Name: tag})
			}
			out.Groups[i].Operations = append(out.Groups[i].Operations, d.operation(o))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		s := d.Components.Schemas[name]
		if s == nil {
			continue
		}
		row := docSchema{Name: name, Description: s.Description, Fields: d.fields(s, "", 0)}
		if len(row.Fields) == 0 {
			row.Type, row.Link = typeOf(s)
		}
		out.Schemas = append(out.Schemas, row)
	}
	return out, nil
}

func (d *description) operation(o located) docOperation {
	out := docOperation{
		ID: o.OperationID, Method: o.Method, Path: o.Path, Summary: o.Summary, Paragraphs: paragraphs(o.Description), Open: o.open(d),
	}
	if out.ID == "" {
		out.ID = strings.ToLower(o.Method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(o.Path)
	}
	for _, p := range o.Parameters {
		row := fieldRow{Name: p.Name, Required: p.Required, Description: p.Description}
		row.Type, row.Link = typeOf(p.Schema)
		row.Limits = p.In
		if p.Schema != nil {
			if l := limits(p.Schema); l != "" {
				row.Limits += ", " + l
			}
		}
		if p.Example != nil {
			row.Limits += fmt.Sprintf(", for example %v", p.Example)
		}
		out.Parameters = append(out.Parameters, row)
	}
	if o.RequestBody != nil {
		out.Bodies = d.bodies(o.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		r := o.Responses[status]
		out.Responses = append(out.Responses, docResponse{Status: status, Description: r.Description, Bodies: d.bodies(r.Content)})
	}
	out.Examples = examples(o, out.Open)
	return out
}

func (d *description) bodies(content map[string]media) (out []docBody) {
	for _, name := range slices.Sorted(maps.Keys(content)) {
		body := docBody{Media: name, Fields: d.fields(content[name].Schema, "", 0)}
		if len(body.Fields) == 0 {
			body.Type, body.Link = typeOf(content[name].Schema)
		}
		same := slices.IndexFunc(out, func(b docBody) bool { return b.Link != "" && b.Link == body.Link })
		if same >= 0 {
			out[same].Media += ", " + name
			continue
		}
		out = append(out, body)
	}
	return out
}

// examples returns a command for each example that the description has of an operation, or one.
func examples(o located, open bool) (out []docExample) {
	if o.RequestBody == nil || len(o.RequestBody.Content) == 0 {
		return []docExample{{"", curl(o, open, "")}}
	}
	name := slices.Sorted(maps.Keys(o.RequestBody.Content))[0]
	content, header := o.RequestBody.Content[name], " \\\n  -H 'Content-Type: "+name+"'"
	if content.Example != nil {
		out = append(out, docExample{"", curl(o, open, header+data(content.Example))})
	}
	for _, key := range slices.Sorted(maps.Keys(content.Examples)) {
		out = append(out, docExample{content.Examples[key].Summary, curl(o, open, header+data(content.Examples[key].Value))})
	}
	if len(out) == 0 {
		out = append(out, docExample{"", curl(o, open, header+" --data-binary @FILE")})
	}
	return out
}

// data writes a JSON body as an argument of curl.
func data(body json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "  ", "  ") != nil {
		return ""
	}
	return " -d '" + strings.ReplaceAll(b.String(), "'", `'\''`) + "'"
}

// curl writes a command that does the operation, with the description's own values for its parameters.
func curl(o located, open bool, body string) string {
	command := "curl"
	if o.Method != http.MethodGet && !(o.Method == http.MethodPost && body != "") {
		command += " -X " + o.Method
	}
	if strings.HasSuffix(o.Path, ".xlsx") || strings.HasSuffix(o.Path, ".csv") {
		command += " -OJ"
	}
	if !open {
		command += ` -H "Authorization: Bearer $KEY"`
	}
	path := o.Path
	var query []string
	for _, p := range o.Parameters {
		value := exampleOf(p)
		switch {
		case p.In == "path" && value != "":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", value)
		case p.In == "query" && value != "":
			query = append(query, p.Name+"="+value)
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return command + body + " \\\n  \"$BASE" + path + "\""
}

func exampleOf(p parameter) string {
	if p.Example != nil {
		return fmt.Sprint(p.Example)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Examples)) {
		var list []string
		if json.Unmarshal(p.Examples[name].Value, &list) == nil {
			return strings.Join(list, "&"+p.Name+"=")
		}
		var text string
		if json.Unmarshal(p.Examples[name].Value, &text) == nil {
			return text
		}
	}
	return ""
}

// paragraphs splits a description at blank lines.
func paragraphs(text string) (out []string) {
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// run is a stretch of text of one kind.
type run struct {
	Text         string
	Code, Strong bool
}

// inlineCode splits a text at its `code` and **strong** marks; a mark without its partner stays as it is.
func inlineCode(text string) (out []run) {
	for text != "" {
		code, strong := strings.Index(text, "`"), strings.Index(text, "**")
		mark, start := "`", code
		if code < 0 || strong >= 0 && strong < code {
			mark, start = "**", strong
		}
		end := -1
		if start >= 0 {
			end = strings.Index(text[start+len(mark):], mark)
		}
		if end < 0 {
			return append(out, run{Text: text})
		}
		if start > 0 {
			out = append(out, run{Text: text[:start]})
		}
		inner := text[start+len(mark):][:end]
		out = append(out, run{Text: inner, Code: mark == "`", Strong: mark == "**"})
		text = text[start+2*len(mark)+end:]
	}
	return out
}
