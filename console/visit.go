package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
)

// What a route needs when it is not an action of the roles.
const (
	anybody  store.Action = "anybody"  // nobody need be signed in
	everyone store.Action = "everyone" // whoever is signed in
)

// Limits of a request.
const (
	answerWithin = 20 * time.Second
	maxForm      = 256 << 10 // bytes of a form without a file
	maxUpload    = 16 << 20  // bytes of one with a file
	inMemory     = 1 << 20   // of an upload; the rest waits on disk and is removed with the request
)

// A visit is one request of one member of the team, and the answer to it. The
// answer is kept until the handler returns, so that an error never follows half
// a page.
type visit struct {
	*Server
	words
	r       *http.Request
	w       http.ResponseWriter // for stream alone
	route   route
	store   *store.Store  // nil while Redis did not answer yet
	session store.Session // zero: nobody is signed in
	staff   store.Staff   // of the session
	now     time.Time
	set     *flows.Set // what people read: one and the same for the whole visit
	form    url.Values // of a POST

	answer   answer
	recorded bool // something was written into the audit log
	streamed bool
}

// An answer is what goes back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// answer wraps a route: who it is, whether they may, what they sent, once.
func (s *Server) answer(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		set := s.cfg.Set()
		v := &visit{
			Server: s, r: r.WithContext(ctx), w: w, route: rt, now: s.cfg.Now(),
			set:    set,
			words:  words{catalog: set.Catalog, lang: languageOf(r), zone: set.Location()},
			answer: answer{header: http.Header{}},
		}
		if s.cfg.Store != nil {
			v.store = s.cfg.Store()
		}
		err := v.run()
		if v.streamed {
			if err != nil && ctx.Err() == nil {
				s.cfg.Logger.Warn("an answer of the console broke off", "route", rt.pattern, "error", err)
			}
			return
		}
		if err != nil {
			err = v.fault(err)
		}
		if err != nil {
			s.cfg.Logger.Error("a page of the console cannot be shown", "route", rt.pattern, "error", err)
			http.Error(w, locales.PlainText(v.text("console.fault.broken.text")), http.StatusInternalServerError)
			return
		}
		v.send()
	})
}

// run finds out who it is and lets the handler answer.
func (v *visit) run() error {
	if !reads(v.r.Method) {
		if err := v.readForm(); err != nil {
			return err
		}
	}
	if err := v.identify(); err != nil {
		return err
	}
	if err := v.admit(); err != nil {
		return err
	}
	if reads(v.r.Method) || v.route.may == anybody {
		return v.route.serve(v)
	}
	return v.act()
}

// admit refuses who may not use the route.
func (v *visit) admit() error {
	switch {
	case v.route.may == anybody:
		return nil
	case v.staff.ID == "":
		return errSignedOut
	case v.route.may != everyone && !v.staff.May(v.route.may):
		return errForbidden
	}
	return nil
}

// readForm reads what was posted, within its limit.
func (v *visit) readForm() error {
	limit := int64(maxForm)
	upload := isUpload(v.r)
	if upload {
		limit = maxUpload
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, limit)
	var err error
	if upload {
		err = v.r.ParseMultipartForm(inMemory)
	} else {
		err = v.r.ParseForm()
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errTooLarge
	case err != nil:
		return errBadForm
	}
	v.form = v.r.PostForm
	return nil
}

// identify reads the session of the cookie. A page for anybody is shown without
// one, also while Redis is away.
func (v *visit) identify() error {
	cookie, err := v.r.Cookie(v.cookieName(sessionCookie))
	if err != nil || cookie.Value == "" {
		return nil
	}
	if v.store == nil {
		return v.unlessOpen(store.ErrUnavailable)
	}
	session, err := v.store.Session(v.r.Context(), cookie.Value)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return v.unlessOpen(err)
	}
	v.session, v.staff = session, session.Staff
	if session.Staff.Language != "" {
		v.lang = speaks(session.Staff.Language)
	}
	return nil
}

func (v *visit) unlessOpen(err error) error {
	if v.route.may == anybody {
		return nil
	}
	return err
}

// ctx is the context of the request.
func (v *visit) ctx() context.Context { return v.r.Context() }

// may reports whether who visits may do something, for pages that show a button
// or not. The route of the button is what refuses.
func (v *visit) may(a store.Action) bool { return v.staff.May(a) }

// query is a parameter of the address.
func (v *visit) query(name string) string { return v.r.URL.Query().Get(name) }

// redirect sends the browser to another page of the console, which says done: a
// key below console.done, or "" for nothing. Pairs are its parameters; they must
// hold nothing personal.
func (v *visit) redirect(path, done string, pairs ...any) error {
	if done != "" {
		v.setFlash(done, pairs)
	}
	v.answer.status = http.StatusSeeOther
	v.answer.header.Set("Location", path)
	return nil
}

// send writes the answer, packed when the browser takes that.
func (v *visit) send() {
	h := v.w.Header()
	for name, values := range v.answer.header {
		h[name] = values
	}
	body := v.answer.body
	h.Set("Vary", "Accept-Encoding, Cookie")
	if len(body) > 1024 && takesGzip(v.r) {
		if packed, err := pack(body, 5); err == nil {
			h.Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.w.WriteHeader(v.answer.status)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(body) // the browser is gone: nobody to tell
	}
}

// stream begins an answer that is written as it is made, such as a file or
// events. Whatever must be refused or recorded is by then.
func (v *visit) stream(kind, filename string) http.ResponseWriter {
	v.streamed = true
	h := v.w.Header()
	for name, values := range v.answer.header {
		h[name] = values
	}
	h.Set("Content-Type", kind)
	if filename != "" {
		h.Set("Content-Disposition", `attachment; filename="`+filename+`"`)
	}
	return v.w
}
