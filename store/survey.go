package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"gorm.io/gorm"

	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// surveyVersion is a row of survey_versions.
type surveyVersion struct {
	Survey      string `gorm:"primaryKey"`
	Version     int    `gorm:"primaryKey;autoIncrement:false"`
	Source      []byte
	Digest      []byte
	PublishedAt instant
}

// surveyItem is a row of survey_items.
type surveyItem struct {
	Survey   string `gorm:"primaryKey"`
	Version  int    `gorm:"primaryKey;autoIncrement:false"`
	Position int    `gorm:"primaryKey;autoIncrement:false"`
	Item     string
	ScaleLow int
}

// PublishSurvey stores the survey's source as the next version of its key, or returns the latest version if its source
// is the same to the byte. Source must be a survey file of that key. Errors: *surveys.InvalidError.
func (s *Store) PublishSurvey(ctx context.Context, survey *surveys.Survey) (version int, err error) {
	operation := fmt.Sprintf("publish survey %q", survey.Key)
	read, err := surveyfile.Read(string(survey.Key), survey.Source)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", operation, err)
	}
	if read.Key != survey.Key {
		return 0, fmt.Errorf("%s: its source is the survey %q", operation, read.Key)
	}
	if survey.PublishedAt.IsZero() {
		return 0, fmt.Errorf("%s: it has no time of publication", operation)
	}
	defer s.inForce.forget(survey.Key)
	digest := sha256.Sum256(survey.Source)
	row := surveyVersion{
		Survey: string(survey.Key), Source: survey.Source, Digest: digest[:], PublishedAt: instant{survey.PublishedAt},
	}
	for {
		err = s.inTx(ctx, func(tx *gorm.DB) error {
			var last []surveyVersion
			if err := tx.Where("survey = ?", row.Survey).Order("version DESC").Limit(1).Find(&last).Error; err != nil {
				return err
			}
			row.Version = 1
			if len(last) == 1 {
				if version = last[0].Version; bytes.Equal(last[0].Source, row.Source) {
					return nil
				}
				row.Version = version + 1
			}
			version = row.Version
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
			if items := itemRows(read, version); len(items) > 0 {
				return tx.Create(&items).Error
			}
			return nil
		})
		// Another program published at the same moment: look at what the latest version is now.
		if !errors.Is(err, gorm.ErrDuplicatedKey) || ctx.Err() != nil {
			return version, s.wrap(operation, err)
		}
	}
}

func itemRows(survey *surveys.Survey, version int) []surveyItem {
	var rows []surveyItem
	for i, item := range survey.Questionnaire.Rated() {
		scale, _ := survey.Questionnaire.Scale(item.Scale)
		rows = append(rows, surveyItem{
			Survey: string(survey.Key), Version: version, Position: i, Item: string(item.Key), ScaleLow: scale.Low,
		})
	}
	return rows
}

// FindSurvey returns a version of a survey; version 0 is the latest. The survey is shared and must not be changed.
// Errors: surveys.ErrNotFound.
func (s *Store) FindSurvey(ctx context.Context, key surveys.SurveyKey, version int) (*surveys.Survey, error) {
	p, err := s.findVersion(ctx, key, version)
	if err != nil {
		return nil, s.wrap(fmt.Sprintf("find survey %q", key), err)
	}
	return p.survey, nil
}

// ListSurveys returns the latest version of every survey, by key. The surveys are shared and must not be changed.
func (s *Store) ListSurveys(ctx context.Context) ([]*surveys.Survey, error) {
	var latest []surveyVersion
	err := s.reads.WithContext(ctx).Select("survey, max(version) AS version").Group("survey").Order("survey").Find(&latest).Error
	if err != nil {
		return nil, s.wrap("list surveys", err)
	}
	out := make([]*surveys.Survey, len(latest))
	for i, l := range latest {
		if out[i], err = s.FindSurvey(ctx, surveys.SurveyKey(l.Survey), l.Version); err != nil {
			return nil, s.wrap("list surveys", err)
		}
	}
	return out, nil
}

// findVersion returns a version as published, from the cache where possible. Errors: gorm.ErrRecordNotFound.
func (s *Store) findVersion(ctx context.Context, key surveys.SurveyKey, version int) (*published, error) {
	if version == 0 {
		var latest *int
		err := s.reads.WithContext(ctx).Model(&surveyVersion{}).Select("max(version)").Where("survey = ?", string(key)).Scan(&latest).Error
		if err != nil {
			return nil, err
		}
		if latest == nil {
			return nil, gorm.ErrRecordNotFound
		}
		version = *latest
	}
	if p := s.versions.find(key, version); p != nil {
		return p, nil
	}
	// Many submissions that come at once shall not all read the same file.
	select {
	case s.versions.reading <- struct{}{}:
		defer func() { <-s.versions.reading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if p := s.versions.find(key, version); p != nil {
		return p, nil
	}
	var row surveyVersion
	if err := s.reads.WithContext(ctx).Where("survey = ? AND version = ?", string(key), version).Take(&row).Error; err != nil {
		return nil, err
	}
	survey, err := surveyfile.Read(fmt.Sprintf("%s version %d", key, version), row.Source)
	if err != nil {
		return nil, fmt.Errorf("read published version %d: %w", version, err)
	}
	survey.Version, survey.PublishedAt, survey.Source = version, row.PublishedAt.Time, row.Source
	p := newPublished(survey)
	s.versions.add(p)
	return p, nil
}

// published is a version of a survey with what is needed to write and read its responses.
type published struct {
	survey    *surveys.Survey
	rated     int
	attribute map[string]int // key -> position
}

func newPublished(survey *surveys.Survey) *published {
	p := &published{survey: survey, rated: len(survey.Questionnaire.Rated()), attribute: map[string]int{}}
	for i, a := range survey.Questionnaire.Attributes {
		p.attribute[string(a.Key)] = i
	}
	return p
}

type versionKey struct {
	survey  surveys.SurveyKey
	version int
}

// versionCache keeps published versions, which never change. When it is full, the one kept longest goes.
type versionCache struct {
	mu    sync.RWMutex
	limit int
	byKey map[versionKey]*published
	order []versionKey

	reading chan struct{} // held by who reads a version that is not kept
}

func newVersionCache(limit int) *versionCache {
	return &versionCache{limit: limit, byKey: map[versionKey]*published{}, reading: make(chan struct{}, 1)}
}

func (c *versionCache) find(key surveys.SurveyKey, version int) *published {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.byKey[versionKey{key, version}]
}

func (c *versionCache) add(p *published) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := versionKey{p.survey.Key, p.survey.Version}
	if c.byKey[k] != nil {
		return
	}
	if len(c.order) == c.limit {
		delete(c.byKey, c.order[0])
		c.order = c.order[1:]
	}
	c.byKey[k] = p
	c.order = append(c.order, k)
}
