package reports

import (
	"context"
	"slices"

	"paxscore/scoring"
	"paxscore/surveys"
)

// summing fills the data set of a report with sums.
type summing struct {
	*builder
	store  surveys.SumStore
	query  *surveys.SumQuery
	joints [][]int
	units  [][]surveys.UnitSums // of each joint
}

// maxCrossing is the number of groups up to which several segmentations are asked for together.
const maxCrossing = 64

// join finds which attributes are crossed: none, then those of one segmentation or of several that make few groups.
func (s *summing) join() {
	groups := func(by []int) int {
		n := 1
		for _, at := range by {
			if len(s.attributes[at].values) == 0 {
				return maxCrossing + 1
			}
			n *= len(s.attributes[at].values) + 1
		}
		return n
	}
	s.joints = [][]int{nil}
	for _, by := range s.q.by {
		joined := false
		for i := 1; i < len(s.joints) && !joined; i++ {
			together := slices.Clone(s.joints[i])
			for _, at := range by {
				if !slices.Contains(together, at) {
					together = append(together, at)
				}
			}
			if joined = len(together) == len(s.joints[i]) || groups(together) <= maxCrossing; joined {
				s.joints[i] = together
			}
		}
		if !joined {
			s.joints = append(s.joints, by)
		}
	}
}

// sums asks for all sums and leaves them where the report looks for them.
func (s *summing) sums(ctx context.Context) error {
	screened, err := s.store.ScreenResponses(ctx, s.query)
	if err != nil {
		return err
	}
	inGroups, inWhole := s.inGroups(), s.inWhole()
	s.join()
	for i, by := range s.joints {
		ask := surveys.SumBy{Attributes: by, Scores: true, Tallied: inGroups}
		if i == 0 {
			ask.Tallied = append(slices.Clone(inGroups), inWhole...)
		}
		units, err := s.store.SumUnits(ctx, s.query, screened, ask)
		if err != nil {
			return err
		}
		s.units = append(s.units, units)
	}
	s.addLevels()
	selected, all := s.selections()
	scores, err := s.d.scores(s.q, s.model)
	if err != nil {
		return err
	}
	plan, by := s.d.plan(s.q), append([][]int{nil}, s.q.by...)
	design := scoring.NewTabulation(all, nil, plan, [][]int{nil}, nil, nil)
	tab := scoring.NewTabulation(selected, scores, plan, by, inGroups, inWhole)
	if !design.Receive() || !tab.Receive() {
		return unsummed("sampling units and segments are too many")
	}
	serves := s.serves(by)
	for joint, units := range s.units {
		for i := range units {
			u := &units[i]
			if !s.counts(u) {
				continue
			}
			x := s.unitSums(joint, u)
			if joint == 0 {
				design.Add(0, &scoring.UnitSums{Stratum: x.Stratum, Cluster: x.Cluster, N: x.N})
			}
			if u.Missed != 0 {
				continue
			}
			if joint == 0 {
				tab.AddWhole(x, u.Tallies[len(inGroups):])
			}
			for segmentation, from := range serves {
				if from == joint {
					tab.Add(segmentation, s.only(x, joint, by[segmentation]))
				}
			}
		}
	}
	sample, err := design.Sample(s.model, plan)
	if err != nil {
		return err
	}
	if c, m := tab.Coefficients(sample); c != nil {
		found, err := s.store.SumInfluence(ctx, s.query, screened, c, m)
		if err != nil {
			return err
		}
		for _, x := range found {
			tab.AddInfluence(s.level(s.query.Stratum, x.Stratum), x.Sum, x.Squares)
		}
	}
	s.d.receive(s.q, &sums{selected: selected, all: all, design: design, tab: tab, by: by, milliseconds: screened.Milliseconds})
	return nil
}

// serves finds for each segmentation the crossing that has its attributes.
func (s *summing) serves(by [][]int) []int {
	out := make([]int, len(by))
	for i, attributes := range by {
		out[i] = slices.IndexFunc(s.joints, func(joint []int) bool {
			return !slices.ContainsFunc(attributes, func(at int) bool { return !slices.Contains(joint, at) })
		})
	}
	return out
}

// only are the sums of a cell of a crossing as those of a cell by some of its attributes.
func (s *summing) only(u *scoring.UnitSums, joint int, attributes []int) *scoring.UnitSums {
	out := *u
	out.Levels = make([]uint32, len(attributes))
	for i, at := range attributes {
		out.Levels[i] = u.Levels[slices.Index(s.joints[joint], at)]
	}
	return &out
}

// counts reports whether responses of that fate count.
func (s *summing) counts(u *surveys.UnitSums) bool { return s.q.AllRows || u.Fate == surveys.FateKept }

// level is the number of an attribute's level.
func (s *summing) level(at int, name string) uint32 {
	if at == scoring.None {
		return 0
	}
	return s.table.Attribute(at).Add(name)
}

// addLevels makes all levels known to the table, those of responses that are left out among them.
func (s *summing) addLevels() {
	for joint, units := range s.units {
		for i := range units {
			s.level(s.query.Stratum, units[i].Stratum)
			s.level(s.query.Cluster, units[i].Cluster)
			for k, at := range s.joints[joint] {
				s.level(at, units[i].Levels[k])
			}
		}
	}
}

// selections counts the responses that the question selects, and all.
func (s *summing) selections() (selected, all *scoring.Selection) {
	var read, readAll [scoring.BreakOff + 1]int
	var straight, untimed int
	leftOut := make([]int, len(s.query.Where))
	for i := range s.units[0] {
		u := &s.units[0][i]
		n := int(u.N)
		untimed += int(u.Untimed)
		s.d.outsideElsewhere += int(u.Outside)
		readAll[u.Fate] += n
		switch {
		case u.Missed == 0:
			read[u.Fate] += n
			if s.counts(u) {
				straight += int(u.Straight)
			}
		case u.Missed > 0 && s.counts(u):
			leftOut[u.Missed-1] += n
		}
	}
	selected = scoring.NewCounts(s.table, s.d.screen, s.q.filter(), read, straight, leftOut, untimed)
	all = scoring.NewCounts(s.table, s.d.screen, scoring.Filter{AllRows: s.q.AllRows}, readAll, 0, nil, untimed)
	return selected, all
}

func (s *summing) unitSums(joint int, u *surveys.UnitSums) *scoring.UnitSums {
	figure := func(f surveys.FigureSums) scoring.FigureSums {
		return scoring.FigureSums{N: f.N, X: f.X, Squares: f.Squares}
	}
	out := &scoring.UnitSums{Stratum: s.level(s.query.Stratum, u.Stratum), Cluster: s.level(s.query.Cluster, u.Cluster), N: u.N,
		Incomplete: figure(u.Incomplete), Tallies: u.Tallies[:len(s.inGroups())]}
	for k, at := range s.joints[joint] {
		out.Levels = append(out.Levels, s.level(at, u.Levels[k]))
	}
	for _, f := range u.Figures {
		out.Figures = append(out.Figures, figure(f))
	}
	return out
}

// sums are what a report is made of where no response is in memory.
type sums struct {
	selected, all *scoring.Selection
	design, tab   *scoring.Tabulation
	by            [][]int
	milliseconds  float64
}

// receive puts the sums in the place of those that a report would take of responses in memory.
func (d *Dataset) receive(q *question, s *sums) {
	d.cached.screened = &screened{milliseconds: s.milliseconds}
	keep := func(f *scoring.Selection) {
		d.kept.selections.find(f.Filter.Key(), keptSelections, func() *scoring.Selection { return f })
	}
	keep(s.selected)
	keep(s.all)
	plan := d.plan(q)
	d.kept.tabulations.find(d.designKey(s.all.Filter, plan), keptSums, func() *scoring.Tabulation { return s.design })
	d.kept.tabulations.find(d.tabulationKey(q, s.by, plan), keptSums, func() *scoring.Tabulation { return s.tab })
}
