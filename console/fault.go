package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"arraigo/store"
)

// What can go wrong with a request, beside what the store says.
var (
	errSignedOut   = errors.New("nobody is signed in")
	errForbidden   = errors.New("the role may not do this")
	errBadForm     = errors.New("the form cannot be read")
	errTooLarge    = errors.New("the form is too large")
	errOthersForm  = errors.New("the form was made for somebody else")
	errStillActing = errors.New("the form is still being worked on")
	errUsedLink    = errors.New("the link was used, or is too old")
	errUploadGone  = errors.New("the spreadsheet was brought in, or is too old")
)

// faults says which page an error becomes: a status and the words at
// console.fault.NAME. What is not here is our own fault.
var faults = []struct {
	err    error
	status int
	name   string
}{
	{errSignedOut, http.StatusUnauthorized, "signed_out"},
	{errForbidden, http.StatusForbidden, "forbidden"},
	{errOthersForm, http.StatusConflict, "others_form"},
	{errStillActing, http.StatusConflict, "still_acting"},
	{errBadForm, http.StatusBadRequest, "bad_form"},
	{errTooLarge, http.StatusRequestEntityTooLarge, "too_large"},
	{errUsedLink, http.StatusGone, "used_link"},
	{errUploadGone, http.StatusGone, "upload_gone"},
	{store.ErrNotFound, http.StatusNotFound, "not_found"},
	{store.ErrConflict, http.StatusConflict, "conflict"},
	{store.ErrUnavailable, http.StatusServiceUnavailable, "unavailable"},
}

// faultPage is a page that says what went wrong and what to do.
type faultPage struct {
	Name string // console.fault.NAME
	Kept *kept  // what was typed and is not lost
	Here string // to be loaded again; "" where that would not help
	Back Link
}

// kept is a form that could not be handled, as hidden fields behind one button:
// sent again it is handled as if it were new. Nothing of it rests anywhere but in
// the page, so it outlasts a lost session and a Redis that is away, and nobody
// who is not signed in can leave anything on the server.
type kept struct {
	Action string
	Fields []keptField
	Typed  []string // to read: what was typed
	File   bool     // there was a file, which must be chosen again
}

type keptField struct{ Name, Value string }

// fault answers with the page of an error.
func (v *visit) fault(err error) error {
	page, status := faultPage{Name: "broken"}, http.StatusInternalServerError
	for _, f := range faults {
		if errors.Is(err, f.err) {
			page.Name, status = f.name, f.status
			break
		}
	}
	switch page.Name {
	case "broken":
		if v.ctx().Err() == nil {
			v.cfg.Logger.Error("a page of the console failed", "route", v.route.pattern, "error", err)
		} else {
			page.Name, status = "unavailable", http.StatusServiceUnavailable
		}
	case "signed_out":
		if reads(v.r.Method) {
			return v.signedOutTo()
		}
	}
	if status == http.StatusServiceUnavailable {
		v.answer.header.Set("Retry-After", "5")
	}
	if !reads(v.r.Method) && slices.Contains([]string{"signed_out", "unavailable", "still_acting", "broken"}, page.Name) {
		page.Kept = v.keep()
	}
	if reads(v.r.Method) && (page.Name == "unavailable" || page.Name == "broken") {
		page.Here = v.here()
	}
	page.Back = v.back()
	return v.show(view{name: "fault", title: v.text("console.fault." + page.Name + ".title"), status: status}, page)
}

// keep takes up what was posted.
func (v *visit) keep() *kept {
	k := &kept{Action: v.r.URL.RequestURI(), File: v.r.MultipartForm != nil && len(v.r.MultipartForm.File) > 0}
	names := make([]string, 0, len(v.form))
	for name := range v.form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range v.form[name] {
			k.Fields = append(k.Fields, keptField{name, value})
			if !strings.HasPrefix(name, "_") && strings.ContainsAny(value, " \n") {
				k.Typed = append(k.Typed, value)
			}
		}
	}
	if len(k.Fields) == 0 {
		return nil
	}
	return k
}

// back is the page that the request came from, when it is one of ours, or the
// first page.
func (v *visit) back() Link {
	home := Link{Href: Root, Text: v.text("console.fault.home")}
	if v.staff.ID == "" {
		home = Link{Href: "/console/sign-in", Text: v.text("console.sign_in.title")}
	}
	from := v.r.Referer()
	at := strings.Index(from, Root)
	if at < 0 || !v.guard.own(strings.TrimSuffix(from[:at], "/"), v.r.Host) {
		return home
	}
	path := from[at:]
	if path == v.r.URL.RequestURI() && reads(v.r.Method) {
		return home
	}
	return Link{Href: path, Text: v.text("console.fault.back")}
}

// nothingHere answers what no route does.
func (v *visit) nothingHere() error { return store.ErrNotFound }
