//go:build !amd64

package lanes

import (
	"testing"

	"pgregory.net/rapid"
)

func eachWay(t *testing.T, check func(t *rapid.T)) { rapid.Check(t, check) }
