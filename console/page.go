package console

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"arraigo/programme"
	"arraigo/store"
)

//go:embed pages
var pageFiles embed.FS

// parsePages parses every page once for each language, with its words. A page and
// what it calls share one set: a set for each page would hold every block again.
func (s *Server) parsePages() (map[string]*template.Template, error) {
	all, set := map[string]*template.Template{}, s.cfg.Set()
	for _, lang := range languages {
		w := words{catalog: set.Catalog, lang: lang, zone: set.Location()}
		pages, err := template.New("").Option("missingkey=error").Funcs(s.functions(w)).ParseFS(pageFiles, "pages/*.html")
		if err != nil {
			return nil, fmt.Errorf("parse pages: %w", err)
		}
		all[lang] = pages
	}
	return all, nil
}

// functions are what templates may call. t is text: {{t "console.today.title"}}.
func (s *Server) functions(w words) template.FuncMap {
	return template.FuncMap{
		"t":      w.text,
		"number": w.number,
		"money":  w.money,
		"day":    func(d programme.Date) string { return w.day(d) },
		"date":   func(t time.Time) string { return w.date(t) },
		"moment": func(t time.Time) string { return w.moment(t, s.cfg.Now()) },
		"short":  func(t time.Time) string { return w.short(t, s.cfg.Now()) },
		"ago":    func(t time.Time) string { return w.ago(s.cfg.Now().Sub(t)) },
		"clock":  w.clock,
		"asset":  s.assets.path,
	}
}

// A view is what the frame around a page needs to know.
type view struct {
	name    string // pages/NAME.html
	title   string // words: of the tab and of the first heading
	lead    string // words: one sentence below the heading
	section string // entry of the menu that is the current one
	crumbs  []Link // from the section down to this page, without it
	actions []Link // buttons beside the heading
	wide    bool   // uses the whole width: tables
	style   string // file in static/ for this page alone; "" for none
	script  string // likewise
	status  int    // 200
}

// A Link leads to a page of the console.
type Link struct {
	Href, Text string
	Icon       string // name in static/icons.svg
	Primary    bool
}

// frame is what pages/layout.html shows around a page.
type frame struct {
	Lang, Title, Lead string
	Style, Script     string
	Sections          []menuEntry
	Crumbs, Actions   []Link
	Wide              bool
	Said              string // the flash
	Who, Role         string // "" when nobody is signed in
	Demo              bool
	Until             time.Time     // when the session ends; zero when nobody is signed in
	Ends              int64         // ms until the page says so by itself
	Ending            bool          // it ends so soon that the page says so
	Here              string        // this address, to come back to after a change of language
	Page              template.HTML // rendered, and escaped, by the page itself
}

type menuEntry struct {
	section
	Text    string
	Current bool
}

// show renders a page into the answer.
func (v *visit) show(p view, data any) error {
	main, err := v.render(p.name+".html", data)
	if err != nil {
		return err
	}
	f := frame{
		Lang: v.lang, Title: p.title, Lead: p.lead, Crumbs: p.crumbs, Actions: p.actions, Wide: p.wide, Style: p.style, Script: p.script,
		Said: v.says(v.takeFlash()), Sections: v.menu(p.section), Demo: v.cfg.Demo, Here: v.here(),
		Page: template.HTML(main),
	}
	if v.staff.ID != "" {
		f.Until, f.Ends = v.session.Until, max(0, v.session.Until.Add(-sessionWarns).Sub(v.now).Milliseconds())
		f.Ending = f.Ends == 0
		f.Who, f.Role = v.nameOf(v.staff), v.text("console.role."+string(v.staff.Role))
	}
	whole, err := v.render("layout.html", f)
	if err != nil {
		return err
	}
	v.answer.status = cmp.Or(p.status, http.StatusOK)
	v.answer.header.Set("Content-Type", "text/html; charset=utf-8")
	v.answer.body = whole
	return nil
}

// part renders one named template without the frame: what a script puts in the
// place of a part of a page.
func (v *visit) part(name string, data any) error {
	body, err := v.render(name, data)
	if err != nil {
		return err
	}
	v.answer.status = http.StatusOK
	v.answer.header.Set("Content-Type", "text/html; charset=utf-8")
	v.answer.body = body
	return nil
}

// render executes a template of the pages: a whole file, or what one defines.
func (v *visit) render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := v.pages[v.lang].ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// menu is what the role may open.
func (v *visit) menu(current string) []menuEntry {
	if v.staff.ID == "" {
		return nil
	}
	var out []menuEntry
	for _, s := range sections {
		may, there := v.Server.may[s.Path]
		if there && (may == everyone || v.staff.May(may)) {
			out = append(out, menuEntry{s, v.text("console.menu." + s.Name), s.Name == current})
		}
	}
	return out
}

// here is the address to come back to: that of a page, never of a POST.
func (v *visit) here() string {
	if reads(v.r.Method) {
		return v.r.URL.RequestURI()
	}
	return Root
}

// nameOf is how a member of the team is called. Those whom the settings name have
// no name of their own.
func (v *visit) nameOf(m store.Staff) string {
	if m.Name != "" {
		return m.Name
	}
	return v.text("console.team.nameless", "codigo", m.ID)
}
