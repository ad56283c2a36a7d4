package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"arraigo/store"
)

// nextCookie remembers the page that somebody wanted before they had to sign in.
const (
	nextCookie = "arraigo-next"
	nextLife   = 15 * time.Minute
)

// signInPage says how to come in.
type signInPage struct {
	Bot   string // name of the bot; "" while it is not known
	Roles []demoRole
	Away  bool // Redis does not answer: nobody can be signed in now
}

type demoRole struct{ Role, Text, Hint string }

func (v *visit) signInPage() error {
	if v.staff.ID != "" {
		return v.redirect(Root, "")
	}
	p := signInPage{Away: v.store == nil}
	if v.cfg.Bot.Username != nil {
		p.Bot = v.cfg.Bot.Username()
	}
	if v.cfg.Demo {
		for _, role := range store.Roles() {
			p.Roles = append(p.Roles, demoRole{string(role), v.text("console.role." + string(role)), v.text("console.role_does." + string(role))})
		}
	}
	return v.show(view{name: "sign-in", style: "sign-in.css", title: v.text("console.sign_in.title")}, p)
}

// enterPage shows whose link it is, and a button. The link alone does nothing: a
// program that looks at links in messages before people do must not use it up.
type enterPage struct {
	Code  string
	Who   string
	Role  string
	Other string // who is signed in here and is somebody else
}

func (v *visit) enterPage() error {
	if v.store == nil {
		return store.ErrUnavailable
	}
	m, err := v.store.LoginOf(v.ctx(), v.query("code"))
	if errors.Is(err, store.ErrNotFound) {
		return errUsedLink
	}
	if err != nil {
		return err
	}
	p := enterPage{Code: v.query("code"), Who: v.nameOf(m), Role: v.text("console.role." + string(m.Role))}
	if v.staff.ID != "" && v.staff.ID != m.ID {
		p.Other = v.nameOf(v.staff)
	}
	return v.show(view{name: "enter", title: v.text("console.enter.title")}, p)
}

// enter uses a link up.
func (v *visit) enter() error {
	if v.store == nil {
		return store.ErrUnavailable
	}
	m, err := v.store.RedeemLogin(v.ctx(), v.form.Get("code"))
	if errors.Is(err, store.ErrNotFound) {
		return errUsedLink
	}
	if err != nil {
		return err
	}
	return v.comeIn(m.ID)
}

// enterDemo signs in as the demo's member of a role, with one click.
func (v *visit) enterDemo() error {
	if !v.cfg.Demo {
		return store.ErrNotFound
	}
	if v.store == nil {
		return store.ErrUnavailable
	}
	all, err := v.store.AllStaff(v.ctx())
	if err != nil {
		return err
	}
	for _, m := range all {
		if string(m.Role) == v.form.Get("role") {
			return v.comeIn(m.ID)
		}
	}
	return store.ErrNotFound
}

func (v *visit) comeIn(id string) error {
	if err := v.signedIn(id); err != nil {
		return err
	}
	v.staff = store.Staff{ID: id}
	if err := v.record(actSignIn, ""); err != nil {
		return err
	}
	return v.redirect(v.next(), "")
}

// next is the page that was wanted before the sign-in.
func (v *visit) next() string {
	c, err := v.r.Cookie(v.cookieName(nextCookie))
	if err != nil || !ours(c.Value) {
		return Root
	}
	v.setCookie(nextCookie, "", 0)
	return c.Value
}

// ours reports whether a path is one of the console and can be nothing else.
func ours(path string) bool {
	return strings.HasPrefix(path, Root) && !strings.ContainsAny(path, "\\\r\n") && !strings.Contains(path, "//") && !strings.Contains(path, "..")
}

func (v *visit) signOut() error {
	if err := v.record(actSignOut, ""); err != nil {
		return err
	}
	if err := v.store.EndSession(v.ctx(), v.session.ID); err != nil {
		return err
	}
	v.setCookie(sessionCookie, "", 0)
	return v.redirect("/console/sign-in", "signed_out")
}

// chooseLanguage changes the language of this browser, and of the member of the
// team wherever they sign in.
func (v *visit) chooseLanguage() error {
	lang := speaks(v.form.Get("language"))
	v.setCookie(languageCookie, lang, 365*24*time.Hour)
	if v.staff.ID != "" && v.staff.Language != lang {
		m := v.staff
		m.Language = lang
		// Somebody changes this member at this moment: then only this browser changes.
		if _, err := v.store.ChangeStaff(v.ctx(), m); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	here := v.form.Get("here")
	if !ours(here) {
		here = Root
	}
	return v.redirect(here, "")
}

// A mePage is what somebody of the team sees of themselves.
type mePage struct {
	Facts    []Fact
	Sessions Table
	Others   bool // there are sessions but this one
	EndAll   *Act
}

func (v *visit) mePage() error {
	sessions, err := v.store.Sessions(v.ctx(), v.staff.ID)
	if err != nil {
		return err
	}
	p := mePage{
		Facts: []Fact{
			{Label: v.text("console.team.name"), Text: v.nameOf(v.staff)},
			{Label: v.text("console.team.role"), Text: v.text("console.role." + string(v.staff.Role))},
			{Label: v.text("console.team.may"), Text: v.text("console.role_does." + string(v.staff.Role))},
			{Label: v.text("console.team.lines"), Text: v.linesOf(v.staff)},
			{Label: v.text("console.team.towns"), Text: v.townsOf(v.staff)},
			{Label: v.text("console.team.code"), Text: v.staff.ID},
		},
		Sessions: Table{
			Caption: v.text("console.me.sessions"),
			Columns: []Column{{Text: v.text("console.me.browser")}, {Text: v.text("console.me.begun")}, {Text: v.text("console.me.until")}, {Text: v.text("console.table.act")}},
		},
	}
	for _, one := range sessions {
		browser := one.Agent
		if browser == "" {
			browser = v.text("console.me.some_browser")
		}
		first := Cell{Text: browser}
		var last Cell
		if one.ID == v.session.ID {
			first.Chips = []Chip{{v.text("console.me.this"), ToneGood}}
		} else {
			p.Others = true
			last.Action = v.actButton("/console/me/sessions/end", v.text("console.me.end"), Hidden{"session", one.ID})
		}
		p.Sessions.Rows = append(p.Sessions.Rows, Row{Cells: []Cell{first, {Text: v.short(one.Begun, v.now)}, {Text: v.clock(one.Until)}, last}})
	}
	if p.Others {
		p.EndAll = v.actButton("/console/me/sessions/end", v.text("console.me.end_others"), Hidden{"session", "others"})
	}
	return v.show(view{name: "me", title: v.text("console.me.title")}, p)
}

// endSessions ends one session of who visits, or all but this one.
func (v *visit) endSessions() error {
	sessions, err := v.store.Sessions(v.ctx(), v.staff.ID)
	if err != nil {
		return err
	}
	which := v.form.Get("session")
	if err := v.record(actEndSession, ""); err != nil {
		return err
	}
	for _, one := range sessions { // only their own: an id of somebody else's is in no list here
		if one.ID == which || which == "others" && one.ID != v.session.ID {
			if err := v.store.EndSession(v.ctx(), one.ID); err != nil {
				return err
			}
		}
	}
	return v.redirect("/console/me", "session_ended")
}

// signedOutTo notes the page that somebody wanted and leads to the sign-in.
func (v *visit) signedOutTo() error {
	if v.r.Method == http.MethodGet && ours(v.r.URL.RequestURI()) && v.r.URL.Path != Root {
		v.setCookie(nextCookie, v.r.URL.RequestURI(), nextLife)
	}
	return v.redirect("/console/sign-in", "")
}
