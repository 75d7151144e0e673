package lanes

import "sync"

// Scratch is memory that is given back and used again, for questions that follow one another: memory fresh from the system costs several times as much
// as to clear what was used. The zero value has none.
type Scratch[T any] struct{ pool sync.Pool }

// Take returns n zeros.
func (s *Scratch[T]) Take(n int) []T {
	out, used := s.use(n)
	if used {
		clear(out)
	}
	return out
}

// Use returns n values of no meaning.
func (s *Scratch[T]) Use(n int) []T {
	out, _ := s.use(n)
	return out
}

func (s *Scratch[T]) use(n int) (out []T, used bool) {
	if n == 0 {
		return nil, false // and leave what there is to others
	}
	if given, ok := s.pool.Get().(*[]T); ok && n <= cap(*given) && cap(*given) <= 2*n { // what is kept should not hold much more
		return (*given)[:n], true
	}
	return make([]T, n), false
}

// Give gives back what nobody uses any more.
func (s *Scratch[T]) Give(used []T) {
	if cap(used) > 0 {
		s.pool.Put(&used)
	}
}
