package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// SurveySummary is one line of the list of surveys: the latest version.
type SurveySummary struct {
	Key         string       `json:"key"`
	Version     int          `json:"version"`
	PublishedAt time.Time    `json:"published_at"`
	Title       surveys.Text `json:"title"`
	Languages   []string     `json:"languages"`
	Models      []string     `json:"models"` // the first is the default
}

// Survey is a published version of a survey.
type Survey struct {
	SurveySummary
	Intro      surveys.Text `json:"intro"`
	Thanks     surveys.Text `json:"thanks"`
	Scales     []Scale      `json:"scales"`
	Sections   []Section    `json:"sections"`
	Attributes []Attribute  `json:"attributes"`
	Scoring    []Model      `json:"scoring"`
	Design     Design       `json:"design"`
	Screening  Screening    `json:"screening"`
}

// Scale is the set of whole values an item can be rated with.
type Scale struct {
	Key       string       `json:"key"`
	Low       int          `json:"low"`
	High      int          `json:"high"`
	LowLabel  surveys.Text `json:"low_label"`
	HighLabel surveys.Text `json:"high_label"`
	Points    []Point      `json:"points"`
}

// Point is one labelled value of a scale.
type Point struct {
	Value int          `json:"value"`
	Label surveys.Text `json:"label"`
	Score *float64     `json:"score"` // 0..100; null for the linear score
}

// Section groups the items of one touchpoint.
type Section struct {
	Key        string       `json:"key"`
	Title      surveys.Text `json:"title"`
	Touchpoint string       `json:"touchpoint"`
	ShowIf     *Condition   `json:"show_if"`
	Items      []Item       `json:"items"`
}

// Item is one question.
type Item struct {
	Key           string       `json:"key"`
	Kind          string       `json:"kind"`
	Text          surveys.Text `json:"text"`
	Scale         string       `json:"scale"`
	Reverse       bool         `json:"reverse"`
	NotApplicable bool         `json:"not_applicable"`
	Required      bool         `json:"required"`
	Touchpoint    string       `json:"touchpoint"`
	Owner         string       `json:"owner"`
	ShowIf        *Condition   `json:"show_if"`
	MaxLength     int          `json:"max_length"`
}

// Condition says when a section or item is asked: by the rating of an item or the value of an attribute.
type Condition struct {
	Item      string   `json:"item,omitempty"`
	Min       *int     `json:"min,omitempty"`
	Max       *int     `json:"max,omitempty"`
	Attribute string   `json:"attribute,omitempty"`
	In        []string `json:"in,omitempty"`
}

// Attribute is a property by which segments are made.
type Attribute struct {
	Key    string           `json:"key"`
	Label  surveys.Text     `json:"label"`
	Ask    bool             `json:"ask"`
	Values []AttributeValue `json:"values"` // empty for any text
}

// AttributeValue is one level of an attribute.
type AttributeValue struct {
	Key   string       `json:"key"`
	Label surveys.Text `json:"label"`
}

// Model says how ratings become an index.
type Model struct {
	Key        string        `json:"key"`
	Label      surveys.Text  `json:"label"`
	Note       surveys.Text  `json:"note"`
	Dimensions []Dimension   `json:"dimensions"`
	Missing    MissingPolicy `json:"missing"`
	Base       BasePolicy    `json:"base"`
	Confidence float64       `json:"confidence"`
	Target     *float64      `json:"target"`
	Margin     float64       `json:"margin"`
	Weighting  *Population   `json:"weighting"`
	Approval   *Approval     `json:"approval"`
}

// Approval says who decided the weights of a model.
type Approval struct {
	By          string  `json:"by"`
	On          string  `json:"on"`
	Method      string  `json:"method"`
	FrozenUntil *string `json:"frozen_until"`
}

// Dimension is a weighted group of items.
type Dimension struct {
	Key             string       `json:"key"`
	Label           surveys.Text `json:"label"`
	DimensionWeight float64      `json:"weight"`
	Target          *float64     `json:"target"`
	Measure         string       `json:"measure"`
	Items           []ItemWeight `json:"items"`
}

// ItemWeight is the importance of one item within its dimension.
type ItemWeight struct {
	Item       string  `json:"item"`
	ItemWeight float64 `json:"weight"`
}

// MissingPolicy says when a score is valid although answers are missing.
type MissingPolicy struct {
	MinItemShare      float64 `json:"min_item_share"`
	MinDimensions     int     `json:"min_dimensions"`
	MinDimensionShare float64 `json:"min_dimension_share"`
}

// BasePolicy holds the smallest bases, in responses.
type BasePolicy struct {
	Suppress int `json:"suppress"`
	Show     int `json:"show"`
	Test     int `json:"test"`
	Flag     int `json:"flag"`
}

// Population is what responses are weighted to.
type Population struct {
	Method  string             `json:"method"`
	Errors  string             `json:"errors"`
	Margins []PopulationMargin `json:"margins"`
	Cap     *float64           `json:"cap,omitempty"`
	Floor   *float64           `json:"floor,omitempty"`
	Bounds  []float64          `json:"bounds,omitempty"`
	// Attribute and Shares repeat the one margin of post-stratification.
	Attribute string             `json:"attribute,omitempty"`
	Shares    map[string]float64 `json:"shares,omitempty"`
}

// PopulationMargin holds the population's shares over the levels of one attribute.
type PopulationMargin struct {
	Attribute string              `json:"attribute"`
	Shares    map[string]float64  `json:"shares"`
	Merge     map[string][]string `json:"merge"`
}

// Design names the attributes that say how respondents were reached.
type Design struct {
	Cluster string `json:"cluster"`
	Stratum string `json:"stratum"`
}

// Screening says which responses are left out of the scores.
type Screening struct {
	Duplicates bool `json:"duplicates"`
	Careless   bool `json:"careless"`
	BreakOffs  bool `json:"break_offs"`
}

func (s *server) listSurveys(c *gin.Context) error {
	if err := s.knownParameters(c); err != nil {
		return err
	}
	list, err := s.Service.Store.ListSurveys(c.Request.Context())
	if err != nil {
		return err
	}
	out := make([]SurveySummary, len(list))
	for i, v := range list {
		out[i] = summaryOf(v)
	}
	return writeJSON(c, http.StatusOK, map[string]any{"surveys": out})
}

func (s *server) findSurvey(c *gin.Context) error {
	v, err := s.surveyVersion(c)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, surveyOf(v))
}

func (s *server) surveySource(c *gin.Context) error {
	v, err := s.surveyVersion(c)
	if err != nil {
		return err
	}
	return writeCacheable(c, "application/yaml", v.Source)
}

// surveyVersion finds the survey of the path in the version of the query; without one, the latest.
func (s *server) surveyVersion(c *gin.Context) (*surveys.Survey, error) {
	if err := s.knownParameters(c, "version"); err != nil {
		return nil, err
	}
	version := 0
	if text := c.Query("version"); text != "" {
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil || n == 0 {
			return nil, badQuery(surveys.FieldError{Field: "version", Rule: "range", Message: "must be a whole number from 1"})
		}
		version = int(n)
	}
	return s.Service.Store.FindSurvey(c.Request.Context(), surveys.SurveyKey(c.Param("survey")), version)
}

// publishSurvey takes a survey file: 201 for a new version, 200 if the latest version is the same to the byte.
func (s *server) publishSurvey(c *gin.Context) error {
	if err := mustBe(c, "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"); err != nil {
		return err
	}
	source, err := middleware.ReadBody(c)
	if err != nil {
		return err
	}
	survey, err := surveyfile.Read("survey file", source)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	before := 0
	latest, err := s.Service.Store.FindSurvey(ctx, survey.Key, 0)
	if err == nil {
		before = latest.Version
	} else if !errors.Is(err, surveys.ErrNotFound) {
		return err
	}
	version, err := s.Service.Publish(ctx, survey)
	if err != nil {
		return err
	}
	published, err := s.Service.Store.FindSurvey(ctx, survey.Key, version)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if version == before {
		status = http.StatusOK
	}
	c.Header("Location", fmt.Sprintf("/api/v1/surveys/%s?version=%d", url.PathEscape(string(survey.Key)), version))
	return writeJSON(c, status, summaryOf(published))
}

func summaryOf(v *surveys.Survey) SurveySummary {
	out := SurveySummary{
		Key: string(v.Key), Version: v.Version, PublishedAt: v.PublishedAt.UTC(), Title: texts(v.Questionnaire.Title),
		Languages: list(v.Questionnaire.Languages), Models: make([]string, len(v.Models)),
	}
	for i, m := range v.Models {
		out.Models[i] = string(m.Key)
	}
	return out
}

// texts and list write what is empty as {} and [], not null.
func texts(t surveys.Text) surveys.Text {
	if t == nil {
		return surveys.Text{}
	}
	return t
}

func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
