package lanes

import (
	"testing"

	"pgregory.net/rapid"
)

// eachWay checks without vector registers, with them, and with packing, too.
func eachWay(t *testing.T, check func(t *rapid.T)) {
	defer func(v, p bool) { vectors, packs = v, p }(vectors, packs)
	for _, way := range []struct {
		name           string
		vectors, packs bool
	}{{"one by one", false, false}, {"vectors", true, false}, {"packing", true, true}} {
		t.Run(way.name, func(t *testing.T) {
			if way.vectors && !hasVectors || way.packs && !hasPacking {
				t.Skip("this processor cannot")
			}
			vectors, packs = way.vectors, way.packs
			rapid.Check(t, check)
		})
	}
}

var hasVectors, hasPacking = vectors, packs
