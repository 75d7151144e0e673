package surveys

import (
	"context"
	"fmt"
)

// InForce is what decides, at a moment, how a submission to a survey is taken. It is shared and must not be changed.
type InForce struct {
	Survey *Survey // the latest version
	Waves  []Wave  // first opened first
}

// terms tells what is in force for submissions that are judged together. The store may answer from what it knew up to a
// second ago; nobody is refused on such ground, see judge.
type terms struct {
	store SurveyStore
	now   map[SurveyKey]*InForce // looked at since the submissions came
}

func (t *terms) renew(ctx context.Context, key SurveyKey) error {
	in, err := t.store.InForce(ctx, key, true)
	if err != nil {
		return err
	}
	if t.now == nil {
		t.now = map[SurveyKey]*InForce{}
	}
	t.now[key] = in
	return nil
}

// judge calls f with what is in force. Should it refuse on the ground of what may have changed elsewhere meanwhile, it is
// called again with what is in force now.
func (t *terms) judge(ctx context.Context, key SurveyKey, f func(*InForce) error) error {
	in, asked := t.now[key]
	if !asked {
		var err error
		if in, err = t.store.InForce(ctx, key, false); err != nil {
			return fmt.Errorf("survey %q: %w", key, err)
		}
	}
	err := f(in)
	if err == nil || asked || ctx.Err() != nil {
		return err
	}
	if renewal := t.renew(ctx, key); renewal != nil {
		return fmt.Errorf("survey %q: %w", key, renewal)
	}
	return f(t.now[key])
}
