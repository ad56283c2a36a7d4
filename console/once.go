package console

import (
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"arraigo/store"
)

// Fields that every form has, beside its own. Their names begin with a dash
// below, which no field of a page does.
const (
	fieldOnce = "_once" // names this form, so that it acts once
	fieldBy   = "_by"   // id of who it was made for
)

// newOnce names a form. A form that is shown again with errors has a new name: it
// did nothing yet.
func newOnce() string { return rand.Text() }

// How long a second click waits for the outcome of the first.
const (
	onceLooks = 50
	oncePause = 100 * time.Millisecond
)

// act runs the handler of a POST once for each form, however often it is sent: a
// double click, a reload, a browser that tries again. Whoever comes second is
// sent where the first was. A form without a name acts each time.
func (v *visit) act() error {
	if by := v.form.Get(fieldBy); by != "" && by != v.staff.ID {
		return errOthersForm
	}
	once := v.form.Get(fieldOnce)
	if once == "" || v.store == nil {
		return v.route.serve(v)
	}
	name := v.session.Staff.ID + " " + v.r.URL.Path + " " + once
	for range onceLooks {
		went, mine, err := v.store.BeginForm(v.ctx(), name)
		switch {
		case err != nil:
			return err
		case mine:
			return v.actOnce(name)
		case went != "":
			return v.redirect(went, "")
		}
		if pause(v, oncePause) != nil {
			break
		}
	}
	return errStillActing
}

// actOnce runs the handler and notes where it went. What did not come to its end
// may be sent again.
func (v *visit) actOnce(name string) error {
	err := v.route.serve(v)
	if err == nil && v.answer.status == http.StatusSeeOther {
		if end := v.store.EndForm(v.ctx(), name, v.answer.header.Get("Location")); end != nil {
			v.cfg.Logger.Warn("it was not noted that a form is done", "error", end)
		}
		return nil
	}
	if free := v.store.FreeForm(v.ctx(), name); free != nil && !errors.Is(free, store.ErrUnavailable) {
		v.cfg.Logger.Warn("a form was not given free", "error", free)
	}
	return err
}

// pause waits for d, or less when the request ends.
func pause(v *visit, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-v.ctx().Done():
		return v.ctx().Err()
	}
}
