package exports_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"testing"

	"paxscore/exports"
	"paxscore/reports"
)

// scoreTable reads ScoresCSV by section, by, key and label.
func scoreTable(t *testing.T, r *reports.Report) (rows map[string]map[string]string, n int) {
	t.Helper()
	var b bytes.Buffer
	if err := exports.ScoresCSV(&b, r); err != nil {
		t.Fatal(err)
	}
	list, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows = map[string]map[string]string{}
	for _, fields := range list[1:] {
		row := map[string]string{}
		for i, k := range list[0] {
			row[k] = fields[i]
		}
		key := row["section"] + "|" + row["by"] + "|" + row["key"]
		if s := row["section"]; s == "histogram" || s == "item_count" || s == "recommend_count" {
			key += "|" + row["label"]
		}
		if _, twice := rows[key]; twice && row["section"] != "warning" {
			t.Errorf("two rows %s", key)
		}
		rows[key] = row
	}
	return rows, len(list) - 1
}

// exactly wants the figure to its last bit.
func exactly(t *testing.T, where, have string, want reports.Number) {
	t.Helper()
	if !want.Valid() {
		if have != "" {
			t.Errorf("%s: %q without a figure", where, have)
		}
		return
	}
	if x, err := strconv.ParseFloat(have, 64); err != nil || x != float64(want) {
		t.Errorf("%s: %q, want %v", where, have, float64(want))
	}
}

func whole(t *testing.T, where, have string, want *int) {
	t.Helper()
	if want == nil {
		if have != "" {
			t.Errorf("%s: %q without a base", where, have)
		}
		return
	}
	if have != strconv.Itoa(*want) {
		t.Errorf("%s: %q, want %d", where, have, *want)
	}
}

func TestScoresCSV(t *testing.T) {
	s, list := drawn(t, 1000)
	for name, r := range map[string]*reports.Report{
		"all":      asked(t, s, list, reports.Query{By: segmentations}),
		"filtered": asked(t, s, list, reports.Query{Model: "study", Where: []reports.Where{{Attribute: "cabin", Values: []string{"economy"}}}, By: segmentations}),
		"few":      asked(t, s, list[:60], reports.Query{By: segmentations}),
		"none":     asked(t, s, nil, reports.Query{By: segmentations}),
	} {
		t.Run(name, func(t *testing.T) {
			rows, _ := scoreTable(t, r)
			estimate := func(key string, e reports.Estimate) map[string]string {
				row := rows[key]
				if row == nil {
					t.Fatalf("no row %s", key)
				}
				for column, want := range map[string]reports.Number{"estimate": e.Estimate, "se": e.SE, "ci_low": e.Low, "ci_high": e.High, "n_effective": e.NEffective, "df": e.DF, "deff": e.Deff, "native": e.Native} {
					exactly(t, key+" "+column, row[column], want)
				}
				whole(t, key, row["n"], e.N)
				if row["status"] != string(e.Status) || row["warnings"] != strings.Join(e.Warnings, "; ") {
					t.Errorf("%s: status %q, warnings %q", key, row["status"], row["warnings"])
				}
				return row
			}
			item := func(section, by string, it *reports.ItemEstimate) {
				row := estimate(section+"|"+by+"|"+it.Key, it.Estimate)
				exactly(t, it.Key, row["mean"], it.Mean)
				exactly(t, it.Key, row["mean_se"], it.MeanSE)
				for _, b := range it.Histogram {
					bar := rows["histogram|"+by+"|"+it.Key+"|"+strconv.Itoa(b.Value)]
					whole(t, it.Key, bar["n"], &b.N)
					exactly(t, it.Key, bar["estimate"], b.Share)
				}
				for label, want := range map[string]*int{"not_applicable": it.NotApplicable, "skipped": it.Skipped, "not_routed": it.NotRouted} {
					whole(t, it.Key+" "+label, rows["item_count|"+by+"|"+it.Key+"|"+label]["n"], want)
				}
				if it.TopBox != nil {
					box := rows["top_box|"+by+"|"+it.Key]
					exactly(t, it.Key, box["estimate"], it.TopBox.Share)
					exactly(t, it.Key, box["ci_low"], it.TopBox.Low)
					exactly(t, it.Key, box["ci_high"], it.TopBox.High)
				}
			}
			recommend := func(by string, p *reports.Recommend) {
				row := rows["recommend|"+by+"|"]
				exactly(t, "NPS", row["estimate"], p.NPS)
				exactly(t, "NPS", row["se"], p.SE)
				whole(t, "NPS", row["n"], p.N)
				for label, want := range map[string]*int{"promoters": p.Promoters, "passives": p.Passives, "detractors": p.Detractors} {
					whole(t, label, rows["recommend_count|"+by+"|"+label+"|"+label]["n"], want)
				}
			}
			estimate("overall||", r.Overall)
			estimate("index_of_means||", r.IndexOfMeans)
			exactly(t, "gap", rows["missing_data_gap||"]["estimate"], r.MissingDataGap)
			exactly(t, "complete", rows["complete_case_mean||"]["estimate"], r.CompleteCaseMean)
			if r.OverallItem != nil {
				item("overall_item", "", r.OverallItem)
			}
			recommend("", r.Recommend)
			for _, d := range r.Dimensions {
				row := estimate("dimension||"+d.Key, d.Estimate)
				exactly(t, d.Key, row["contribution"], d.Contribution)
				exactly(t, d.Key, row["weight"], reports.Number(d.DimensionWeight))
			}
			for i := range r.Items {
				item("item", "", &r.Items[i])
			}
			for i := range r.Segments {
				g := &r.Segments[i]
				var parts []string
				for _, a := range g.Attributes {
					parts = append(parts, a+"="+g.By[a])
				}
				by := strings.Join(parts, ";")
				if g.Status == reports.StatusSuppressed {
					if row := rows["segment|"+by+"|"]; row["n"] != "" || row["status"] != "suppressed" {
						t.Errorf("segment %s: %v", by, row)
					}
					continue
				}
				whole(t, by, rows["segment|"+by+"|"]["n"], g.N)
				estimate("overall|"+by+"|", g.Overall)
				for _, d := range g.Dimensions {
					estimate("dimension|"+by+"|"+d.Key, d.Estimate)
				}
				if v := g.VersusRest; v != nil && g.Overall.Status == reports.StatusOK {
					row := rows["versus_rest|"+by+"|"]
					exactly(t, by, row["estimate"], v.Difference)
					exactly(t, by, row["p_adjusted"], v.PAdjusted)
					if row["verdict"] != v.Verdict {
						t.Errorf("%s: verdict %q", by, row["verdict"])
					}
				}
			}
			for key, want := range map[string]int{"read": r.Responses.Read, "valid": r.Responses.Valid, "careless": r.Responses.Careless} {
				exactly(t, key, rows["responses||"+key]["estimate"], reports.Number(want))
			}
		})
	}
}

func TestScoresCSVTexts(t *testing.T) {
	s, list := drawn(t, 1000)
	r := asked(t, s, list, reports.Query{By: [][]string{{"age"}}})
	r.Title = "=1+1"
	r.Segments[0].By["age"] = "50%;a=b"
	r.Segments[0].Label = "+x"
	rows, _ := scoreTable(t, r)
	if got := rows["report||title"]["label"]; got != "'=1+1" {
		t.Errorf("title %q", got)
	}
	if row := rows["segment|age=50%25%3Ba%3Db|"]; row["label"] != "'+x" {
		t.Errorf("segment %v", row)
	}
}

func TestScoresCSVFails(t *testing.T) {
	s, list := drawn(t, 100)
	r := asked(t, s, list, reports.Query{})
	if err := exports.ScoresCSV(&full{left: 100}, r); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
