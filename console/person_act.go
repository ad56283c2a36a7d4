package console

import (
	"errors"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// actPause is how often a page looks whether what it asked for is done.
const actPause = 100 * time.Millisecond

// until waits until something is done, for as long as the console has patience;
// false means that it is not yet.
func (v *visit) until(done func() (bool, error)) (bool, error) {
	for end := time.Now().Add(v.cfg.Patience); ; {
		ok, err := done()
		if ok || err != nil {
			return ok, err
		}
		if time.Now().After(end) || pause(v, actPause) != nil {
			return false, nil
		}
	}
}

// actOnPerson has something done as a turn of the person and waits a little until
// it is; false means that it is still on its way.
func (v *visit) actOnPerson(r *store.Record, do flows.StaffAct, request string, done func(*flows.Session) bool) (bool, error) {
	do.By, do.At = v.staff.ID, v.now.Unix()
	if err := v.store.Act(v.ctx(), r.ID, do, request, newOnce(), v.now); err != nil {
		return false, err
	}
	return v.until(func() (bool, error) {
		after, err := v.store.LoadID(v.ctx(), r.ID)
		if errors.Is(err, store.ErrNotFound) {
			return true, nil // erased
		}
		if err != nil {
			return false, err
		}
		return done(&after.Session), nil
	})
}
