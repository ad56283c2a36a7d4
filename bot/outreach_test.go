package bot

import (
	"testing"
	"time"

	"arraigo/outreach"
	"arraigo/store"
)

// What staff want is known only from Redis: while it does not answer, nothing that
// they might have stopped goes.
func TestWhatStaffWantMustBeKnownLately(t *testing.T) {
	o := outreaches{now: time.Now, awake: func(now time.Time) time.Time { return now }}
	for name, tc := range map[string]struct {
		known *motion
		want  outreach.Control
	}{
		"not yet": {nil, outreach.Wait},
		"now":     {&motion{asked: time.Now()}, outreach.Go},
		"before":  {&motion{asked: time.Now().Add(-2 * statesStale)}, outreach.Wait},
	} {
		if tc.known != nil {
			tc.known.states = map[string]store.OutreachState{"a-feria": store.OutreachSending}
		}
		o.known.Store(tc.known)
		if got := o.control([]string{"a-feria"}); got != tc.want {
			t.Errorf("known %s: %v, want %v", name, got, tc.want)
		}
	}
}
