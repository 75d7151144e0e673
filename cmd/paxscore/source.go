package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"paxscore/exports"
	"paxscore/imports"
	"paxscore/reports"
	"paxscore/store"
	"paxscore/surveys"
	"paxscore/surveys/surveyfile"
)

// source is where a command's responses come from: a file or the store.
type source struct {
	survey *surveys.Survey
	data   func() (*reports.Dataset, error) // what other questions than scores are asked of
	report func(q reports.Query) (*reports.Report, error)
	rows   func(r *reports.Report) exports.Rows // those that the report has a verdict on, in its order
	close  func()
	// place finds a response by what a person calls it: its row in the data set, its number from 1, and its id where it has one.
	place func(name string) (reports.ResponseQuery, error)
	// invitations counts what became of those who were asked; known is false for a file.
	invitations func() (counts []surveys.InvitationCount, known bool, err error)
}

// storedSource opens what is stored of a survey, with the sums of reports taken in memory.
func storedSource(ctx context.Context, d database, key string) (*source, error) {
	return summedSource(ctx, d, key, sumsInMemory, nil)
}

// summedSource is storedSource with the sums of reports taken in a place; told hears why an answer came from memory all the same.
func summedSource(ctx context.Context, d database, key, sums string, told func(surveys.SurveyKey, string)) (*source, error) {
	st, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	live := reports.NewLive(st)
	if err := sumIn(sums, st, live, told); err != nil {
		st.Close()
		return nil, err
	}
	survey, err := findSurvey(ctx, st, key)
	if err != nil {
		st.Close()
		return nil, err
	}
	return &source{
		survey: survey,
		data:   func() (*reports.Dataset, error) { return reports.NewLive(st).Dataset(ctx, survey.Key) },
		report: func(q reports.Query) (*reports.Report, error) {
			return live.Report(ctx, survey.Key, q)
		},
		rows: func(r *reports.Report) exports.Rows {
			return reports.Rows(ctx, st, survey, r)
		},
		close: func() { st.Close() },
		place: func(name string) (reports.ResponseQuery, error) { return placeStored(ctx, st, survey.Key, name) },
		invitations: func() ([]surveys.InvitationCount, bool, error) {
			counts, err := st.CountInvitations(ctx, survey.Key, time.Now())
			return counts, true, err
		},
	}, nil
}

// fileSource reads a file into memory, by column; rows reads it again.
func fileSource(ctx context.Context, surveyName, mappingName, name, refused string, s streams) (*source, error) {
	survey, err := readSurvey(surveyName)
	if err != nil {
		return nil, err
	}
	mapping, err := readMapping(mappingName, survey)
	if err != nil {
		return nil, err
	}
	data := reports.NewDataset(survey)
	if err := readFile(ctx, data, survey, mapping, name, refused, s); err != nil {
		return nil, err
	}
	return &source{
		survey: survey,
		data:   func() (*reports.Dataset, error) { return data, nil },
		report: data.Report,
		rows:   func(*reports.Report) exports.Rows { return fileRows(ctx, survey, mapping, name) },
		close:  func() {},
		place: func(named string) (reports.ResponseQuery, error) {
			return placeInFile(ctx, survey, mapping, name, named)
		},
		invitations: func() ([]surveys.InvitationCount, bool, error) { return nil, false, nil },
	}, nil
}

// readFile appends the responses of a file to a data set and reports on it.
func readFile(ctx context.Context, data *reports.Dataset, survey *surveys.Survey, m *imports.Mapping, name, refused string, s streams) (err error) {
	file, err := imports.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	result, done, err := newResult(refused)
	if err != nil {
		return err
	}
	defer func() { err = done(err) }()
	file.NoIDs = true // figures do not need them
	bar := newProgress(s.err, file.Size, "reading "+name)
	defer bar.end()
	for r, err := range file.Responses(ctx, survey, m, result) {
		if err != nil {
			return err
		}
		if err := data.Append(r); err != nil {
			return err
		}
		if result.Rows%4096 == 0 {
			bar.at(file.BytesRead())
		}
	}
	bar.end()
	writeResult(s.err, name, result)
	if result.Taken == 0 {
		return fmt.Errorf("%s: no row became a response", name)
	}
	return nil
}

// fileRows reads a file anew.
func fileRows(ctx context.Context, survey *surveys.Survey, m *imports.Mapping, name string) iter.Seq2[*surveys.Response, error] {
	return func(yield func(*surveys.Response, error) bool) {
		file, err := imports.Open(name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer file.Close()
		for r, err := range file.Responses(ctx, survey, m, &imports.Result{}) {
			if !yield(r, err) {
				return
			}
		}
	}
}

// findSurvey finds the latest version of a published survey, and lists what there is if it does not exist.
func findSurvey(ctx context.Context, st *store.Store, key string) (*surveys.Survey, error) {
	survey, err := st.FindSurvey(ctx, surveys.SurveyKey(key), 0)
	if !errors.Is(err, surveys.ErrNotFound) {
		return survey, err
	}
	all, listErr := st.ListSurveys(ctx)
	if listErr != nil {
		return nil, listErr
	}
	known := make([]string, len(all))
	for i, s := range all {
		known[i] = string(s.Key)
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("survey %q: no survey is published in this database", key)
	}
	return nil, fmt.Errorf("survey %q is not published in this database; there is %s", key, strings.Join(known, ", "))
}

// publishDefault publishes the built-in survey where its key is free. A published one is never replaced behind anybody's
// back.
func publishDefault(ctx context.Context, service *surveys.Service) error {
	survey := surveyfile.Default()
	_, err := service.Store.FindSurvey(ctx, survey.Key, 0)
	if errors.Is(err, surveys.ErrNotFound) {
		_, err = service.Publish(ctx, survey)
	}
	return err
}

// readSurvey reads a survey file, or gives the built-in default.
func readSurvey(name string) (*surveys.Survey, error) {
	if name == "default" {
		return surveyfile.Default(), nil
	}
	src, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) && !isYAML(name) {
		return nil, usage("--survey %s: there is no such file, and without a database only \"default\" is known by key", name)
	}
	if err != nil {
		return nil, fmt.Errorf("read survey file: %w", err)
	}
	return surveyfile.Read(filepath.Base(name), src)
}

func isYAML(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// readMapping reads a mapping file, or gives that of our own CSV.
func readMapping(name string, s *surveys.Survey) (*imports.Mapping, error) {
	if name == "" {
		return imports.OwnMapping(s), nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read mapping file: %w", err)
	}
	return imports.ReadMapping(filepath.Base(name), src, s)
}

// fileOptions is what a file says of its making.
func fileOptions() exports.Options { return exports.Options{Now: time.Now(), Version: version} }
