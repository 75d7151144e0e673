package lanes

import (
	"testing"

	"pgregory.net/rapid"
)

// eachWay checks with the vector registers and without.
func eachWay(t *testing.T, check func(t *rapid.T)) {
	t.Run("one by one", func(t *testing.T) {
		defer func(before bool) { vectors = before }(vectors)
		vectors = false
		rapid.Check(t, check)
	})
	t.Run("vectors", func(t *testing.T) {
		if !vectors {
			t.Skip("this processor has none")
		}
		rapid.Check(t, check)
	})
}
