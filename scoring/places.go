package scoring

import (
	"sync"

	"paxscore/scoring/columns"
)

// places number sampling units: those of a cluster in its stratum, then for each stratum the responses that are units of their own. Where there are both
// clusters and strata, only the pairs that were met have a number: clusters lie in few strata as a rule, and all pairs would be many more.
type places struct {
	strata, clusters int // room for levels; clusters is 0 where there is no cluster
	unknown          int // level of the unknown cluster, -1 for none

	paired   bool
	pairs    []uint32 // by stratum and cluster: the number of the unit + 1, 0 where it was not met
	numbered []unit   // by number
	room     int      // for numbered units
	rows     int      // of the table, in which pairs were looked for
}

// unit is a sampling unit by the levels of its stratum and its cluster.
type unit struct{ stratum, cluster int }

// units is the number of places for units of a cluster, len that of all.
func (p *places) units() int {
	if p.paired {
		return p.room
	}
	return p.strata * p.clusters
}

func (p *places) len() int { return p.units() + p.strata }

// of is the place of a unit that has one.
func (p *places) of(u unit) int {
	at := u.stratum*p.clusters + u.cluster
	if p.paired {
		return int(p.pairs[at]) - 1
	}
	return at
}

// at is the unit of a place; false where there is none.
func (p *places) at(place int) (u unit, ok bool) {
	if p.paired {
		if ok = place < len(p.numbered); ok {
			u = p.numbered[place]
		}
		return u, ok
	}
	return unit{place / p.clusters, place % p.clusters}, true
}

// meet numbers the units of the rows of a table up to a number of them.
func (p *places) meet(stratum, cluster *columns.Attribute, rows int) {
	if rows <= p.rows {
		return
	}
	met := make([]bool, len(p.pairs))
	var turn sync.Mutex
	first := p.rows
	scan(rows-first, func() (func(from, to int), func()) {
		own, at := make([]bool, len(p.pairs)), make([]uint32, readBlock)
		return func(from, to int) {
				for ; from < to; from += len(at) {
					of := at[:min(len(at), to-from)]
					clear(of)
					stratum.AddRange(first+from, uint32(p.clusters), of)
					cluster.AddRange(first+from, 1, of)
					for _, pair := range of {
						own[pair] = true
					}
				}
			}, func() {
				turn.Lock()
				defer turn.Unlock()
				for pair, is := range own {
					met[pair] = met[pair] || is
				}
			}
	})
	p.rows = rows
	for pair, is := range met {
		if u := (unit{pair / p.clusters, pair % p.clusters}); is && p.pairs[pair] == 0 && u.cluster != p.unknown {
			p.numbered = append(p.numbered, u)
			p.pairs[pair] = uint32(len(p.numbered))
		}
	}
}
