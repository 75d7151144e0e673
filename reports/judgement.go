package reports

import (
	"fmt"
	"strings"

	"paxscore/scoring"
	"paxscore/surveys"
)

// Judgements are what people say of the importance of the dimensions.
type Judgements struct {
	RandomIndex int               `json:"random_index"` // year of Saaty's table: 2005, 1980
	MaxRatio    float64           `json:"max_ratio"`    // judgements of a consistency ratio from here on are rejected
	Status      string            `json:"status"`       // ok; inconsistent: those of the rejected are to be made again; none: there are points only
	Experts     []ExpertJudgement `json:"experts"`
	Group       *GroupJudgement   `json:"group"` // the geometric means of the experts' judgements; null unless all are consistent
}

// GroupJudgement is what judgements come to.
type GroupJudgement struct {
	Lambda           Number         `json:"lambda"` // principal eigenvalue
	ConsistencyIndex Number         `json:"consistency_index"`
	ConsistencyRatio Number         `json:"consistency_ratio"`
	Consistent       bool           `json:"consistent"`
	Priorities       []MethodWeight `json:"priorities"`
}

// ExpertJudgement is what one expert's judgements come to.
type ExpertJudgement struct {
	Name  string  `json:"name"`
	Voice float64 `json:"voice"`
	GroupJudgement
	Worst *WorstJudgement `json:"worst"` // null where there is one pair at most
}

// WorstJudgement is the judgement that fits an expert's others least.
type WorstJudgement struct {
	Of    string `json:"of"`
	Over  string `json:"over"`
	Times Number `json:"times"`
	Fits  Number `json:"fits"` // what would agree with the others
}

// Statuses of judgements.
const (
	judgementsOK           = "ok"
	judgementsInconsistent = "inconsistent"
	judgementsNone         = "none"
)

// people adds what people say; ahp are the priorities of the group, nil where there are none.
func (m *methods) people(j *surveys.Judgements) (out *Judgements, ahp []float64) {
	out = &Judgements{RandomIndex: j.RandomIndex, MaxRatio: scoring.MaxInconsistency, Status: judgementsNone, Experts: []ExpertJudgement{}}
	if len(j.Experts) > 0 {
		ahp = m.hierarchy(j, out)
		m.add("ahp", "AHP", kindPolicy, ahp, nil, out.refusal())
	}
	if len(j.Points) > 0 {
		points := make([]float64, len(m.predictors))
		for d, p := range m.predictors {
			for _, x := range j.Points {
				if string(x.Dimension) == p.key {
					points[d] = x.Points
				}
			}
		}
		m.add("direct", "Direct points", kindPolicy, scoring.ProportionsOf(points), nil, "")
	}
	return out, ahp
}

func (m *methods) hierarchy(j *surveys.Judgements, out *Judgements) []float64 {
	var upper [][]float64
	var voices []float64
	for e := range j.Experts {
		upper, voices = append(upper, j.Experts[e].Upper(m.q.model)), append(voices, j.Experts[e].Voice)
	}
	n := len(m.predictors)
	experts, group, err := scoring.ExpertPriorities(n, upper, voices, j.RandomIndex == 1980)
	if err != nil {
		out.Status = judgementsInconsistent // as far from one another as no priorities can say
		return nil
	}
	out.Status = judgementsOK
	for e, h := range experts {
		x := ExpertJudgement{Name: j.Experts[e].Name, Voice: j.Experts[e].Voice, GroupJudgement: m.judged(h)}
		if n > 2 {
			a, b := h.Worst[0], h.Worst[1]
			x.Worst = &WorstJudgement{Of: m.predictors[a].key, Over: m.predictors[b].key, Times: Number(upper[e][a*n-a*(a+1)/2+b-a-1]), Fits: number(h.WorstFit)}
		}
		if !h.Consistent {
			out.Status = judgementsInconsistent
		}
		out.Experts = append(out.Experts, x)
	}
	if out.Status != judgementsOK || !group.Consistent {
		out.Status = judgementsInconsistent
		return nil
	}
	g := m.judged(group)
	out.Group = &g
	return group.Priorities
}

func (m *methods) judged(h scoring.Priorities) GroupJudgement {
	out := GroupJudgement{Lambda: number(h.Lambda), ConsistencyIndex: number(h.Index), ConsistencyRatio: number(h.Ratio), Consistent: h.Consistent}
	for j, w := range h.Priorities {
		out.Priorities = append(out.Priorities, MethodWeight{Key: m.predictors[j].key, Weight: number(w), SE: None()})
	}
	return out
}

// refusal says whose judgements are rejected; "" for none.
func (j *Judgements) refusal() string {
	if j == nil || j.Status != judgementsInconsistent {
		return ""
	}
	var who []string
	for _, e := range j.Experts {
		if !e.Consistent {
			who = append(who, fmt.Sprintf("%s (consistency ratio %s; %s/%s is judged %s, where %s would fit the other judgements)",
				e.Name, Format(float64(e.ConsistencyRatio), 3), e.Worst.Of, e.Worst.Over, short(float64(e.Worst.Times)), Format(float64(e.Worst.Fits), 2)))
		}
	}
	if who == nil {
		return "The judgements of the group are inconsistent."
	}
	return fmt.Sprintf("Judgements are rejected from a consistency ratio of %g: those of %s. Have them made again, or leave them out of the file.", j.MaxRatio, strings.Join(who, "; "))
}
