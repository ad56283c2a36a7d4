package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
)

const (
	aText    = "menu.menu_choice.ask"
	otherAsk = "¿En qué le ayudo hoy?"
)

// proposal makes one by somebody who may, of another text, and returns its path.
func (g *team) proposal(by store.Role, words string) string {
	g.t.Helper()
	e := &flows.Edit{Text: &locales.Change{Lang: "es", Key: aText, Forms: map[string]string{"other": words}}}
	c, err := g.store.Content(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	p := store.Proposal{ID: store.NewProposalID(), About: e.About(), Edit: e, Was: c.Of(e.About()), Staff: g.staff[by].ID, At: g.now.Unix()}
	if err := g.store.Propose(g.t.Context(), p); err != nil {
		g.t.Fatal(err)
	}
	return proposalPath(p.ID)
}

// published is what rests after something was published.
func (g *team) published(words string) string {
	g.t.Helper()
	path := g.proposal(store.RoleAdmin, words)
	if p := g.as(store.RoleAdmin).post(path+"/publish", nil); p.status != http.StatusOK {
		g.t.Fatalf("publish: %d\n%s", p.status, p.body)
	}
	history, err := g.store.ContentHistory(g.t.Context())
	if err != nil || len(history) == 0 {
		g.t.Fatal(len(history), err)
	}
	return "/console/content/history/1/undo"
}

// lineCells is the form of a help line as a browser sends it.
func (g *team) lineCells(id string, change map[string]string) url.Values {
	g.t.Helper()
	k, err := store.KeptRow[programme.HelpLine](g.t.Context(), g.store, id)
	if errors.Is(err, store.ErrNotFound) { // nothing was imported: the lines of the program are the list
		i := slices.IndexFunc(shipped(g.t).Data.HelpLines, func(l programme.HelpLine) bool { return l.ID == id })
		k, err = store.Kept[programme.HelpLine]{Row: shipped(g.t).Data.HelpLines[i]}, nil
	}
	if err != nil {
		g.t.Fatal(err)
	}
	form := url.Values{"_version": {k.Mark}}
	for name, value := range programme.HelpLineSheet().Values(k.Row) {
		if name == "canal" {
			form[name] = strings.Split(value, "|")
			continue
		}
		form.Set(name, value)
	}
	for name, value := range change {
		form.Set(name, value)
	}
	return form
}

func callCells(change map[string]string) url.Values {
	form := url.Values{"title": {marker}, "towns": {"Cúcuta\nRiohacha"}, "review": {"6"}, "opens": {"2026-12-01"}, "closes": {"2027-03-31"}}
	for name, value := range change {
		form.Set(name, value)
	}
	return form
}

func figureCells(change map[string]string) url.Values {
	form := url.Values{"value": {"1.900.000"}, "from": {"2027-01-01"}, "to": {"2027-12-31"}, "status": {"confirmed"}, "source": {marker}, "note": {marker}}
	for name, value := range change {
		form.Set(name, value)
	}
	return form
}

const (
	aLine   = "L-08" // of Bogotá, that nobody dialled
	aCall   = callsPath + "/ejemplo_2026"
	aFigure = figuresPath + "/smmlv_mes"
)

func contentWalks() map[string]walk {
	text := url.Values{"form_other": {otherAsk}}
	return map[string]walk{
		"GET /console/content":                           {path: contentPath, shows: "hands"},
		"GET /console/content/texts":                     {path: contentPath + "/texts?q=menu&lang=en&part=menu", shows: "menu."},
		"GET /console/content/texts/{key}":               {path: textPath(aText), shows: "¿Qué quiere hacer?"},
		"GET /console/content/texts/{key}/{lang}":        {path: textPath(aText) + "/en", shows: "data-check"},
		"POST /console/content/texts/{key}/{lang}":       {path: textPath(aText) + "/es", form: text},
		"POST /console/content/texts/{key}/{lang}/check": {path: textPath(aText) + "/es/check", form: text, looks: true},
		"GET /console/content/proposals/{id}": {make: func(g *team) (string, url.Values) {
			return g.proposal(store.RoleCoordinator, otherAsk), nil
		}, shows: otherAsk},
		"POST /console/content/proposals/{id}/publish": {make: func(g *team) (string, url.Values) {
			return g.proposal(store.RoleCoordinator, otherAsk) + "/publish", url.Values{"x": {"1"}}
		}},
		"POST /console/content/proposals/{id}/drop": {make: func(g *team) (string, url.Values) {
			by := store.RoleAdmin
			if g.walking != "" {
				by = g.walking
			}
			return g.proposal(by, otherAsk) + "/drop", url.Values{"x": {"1"}}
		}},
		"GET /console/content/history":                  {path: contentPath + "/history"},
		"POST /console/content/history/{revision}/undo": {make: func(g *team) (string, url.Values) { return g.published(otherAsk), nil }},
		"GET /console/content/calls":                    {path: callsPath, shows: "ejemplo_2026"},
		"GET /console/content/calls/{id}":               {path: aCall, shows: "Villa del Rosario"},
		"POST /console/content/calls/{id}":              {path: aCall, form: callCells(nil)},
		"GET /console/content/figures":                  {path: figuresPath, shows: "smmlv_mes"},
		"GET /console/content/figures/{name}":           {path: aFigure, shows: "1.750.905"},
		"POST /console/content/figures/{name}":          {path: aFigure, form: figureCells(nil)},
		"GET /console/content/lines":                    {path: helpLinesPath, shows: "155"},
		"GET /console/content/lines/{id}":               {path: helpLinesPath + "/" + aLine, shows: "verify"},
		"POST /console/content/lines/{id}": {make: func(g *team) (string, url.Values) {
			return helpLinesPath + "/" + aLine, g.lineCells(aLine, map[string]string{"nombre": marker})
		}},
		"POST /console/content/lines/{id}/verify": {path: helpLinesPath + "/" + aLine + "/verify", form: url.Values{"answered": {marker}}},
	}
}

func contentScreens() []screen {
	admin := store.RoleAdmin
	return []screen{
		{name: "content", role: admin, make: func(g *team) string {
			g.proposal(store.RoleCoordinator, otherAsk)
			return contentPath
		}},
		{name: "content-texts", role: admin, path: contentPath + "/texts"},
		{name: "content-text", role: admin, make: func(g *team) string {
			g.published("¿Qué quiere hacer hoy?")
			return textPath(aText)
		}},
		{name: "content-text-several", role: admin, path: textPath("option.si") + "?at=screening.classes"},
		{name: "content-edit", role: admin, path: textPath("screening.document.ask") + "/es"},
		{name: "content-edit-plural", role: admin, path: textPath("seats.left") + "/en"},
		{name: "content-edit-refused", role: admin, path: textPath(aText) + "/es", then: `document.querySelector('textarea').value = '<b>Hola'; document.querySelector('.sheet button.primary').click()`, until: `document.getElementById('errors')`},
		{name: "content-proposal", role: admin, make: func(g *team) string { return g.proposal(store.RoleCoordinator, otherAsk) }},
		{name: "content-proposal-waits", role: store.RoleCoordinator, make: func(g *team) string { return g.proposal(store.RoleCoordinator, otherAsk) }},
		{name: "content-history", role: admin, make: func(g *team) string {
			g.published("¿Qué quiere hacer ahora?")
			return contentPath + "/history"
		}},
		{name: "content-calls", role: admin, path: callsPath},
		{name: "content-call", role: admin, path: aCall},
		{name: "content-figures", role: admin, path: figuresPath},
		{name: "content-figure", role: admin, path: aFigure},
		{name: "content-lines", role: store.RoleOfficer, path: helpLinesPath},
		{name: "content-line", role: store.RoleOfficer, path: helpLinesPath + "/" + aLine},
	}
}

// A text is proposed by one, looked at and published by another, said in the
// conversation, and undone.
func TestATextIsProposedPublishedAndUndone(t *testing.T) {
	g := newTeam(t)
	coordinator, admin := g.as(store.RoleCoordinator), g.as(store.RoleAdmin)
	p := coordinator.post(textPath(aText)+"/es", url.Values{"form_other": {otherAsk}})
	p.has(t, otherAsk, "¿Qué quiere hacer?", "Quien administra el equipo lo revisa")
	p.lacks(t, "/publish")
	path := p.path
	if p := coordinator.post(path+"/publish", nil); p.status != http.StatusForbidden {
		t.Errorf("a coordinator publishes: %d", p.status)
	}
	admin.get(contentPath).has(t, otherAsk)
	p = admin.get(path)
	p.has(t, "/publish", "Ver trabajos") // the keys of the menu, as the conversation has them
	if p := admin.post(path+"/publish", url.Values{"_version": {p.field(t, "_version")}}); p.path != textPath(aText) {
		t.Fatalf("published to %s: %d\n%s", p.path, p.status, p.body)
	}
	p = admin.get(textPath(aText))
	p.has(t, otherAsk, "cambiado aquí", "Deshacer")
	if got := admin.get(path); got.status != http.StatusNotFound {
		t.Errorf("the proposal is still there: %d", got.status)
	}
	undone := admin.post("/console/content/history/1/undo", nil)
	undone.has(t, "¿Qué quiere hacer?")
	admin.post(undone.path+"/publish", nil)
	admin.get(textPath(aText)).lacks(t, "cambiado aquí</span>")
	c, err := g.store.Content(t.Context())
	if err != nil || len(c.Edits) != 0 || c.Revision != 2 {
		t.Errorf("in the end %+v, %v", c, err)
	}
}

func TestOfTwoWhoChangeATextTheSecondChooses(t *testing.T) {
	g := newTeam(t)
	admin := g.as(store.RoleAdmin)
	mine := g.proposal(store.RoleAdmin, "¿Qué busca hoy?")
	seen := admin.get(mine).field(t, "_version")
	g.published(otherAsk)
	p := admin.post(mine+"/publish", url.Values{"_version": {seen}})
	if p.status != http.StatusConflict {
		t.Errorf("it was published over the other: %d", p.status)
	}
	p.has(t, "Alguien publicó otra cosa", otherAsk, "¿Qué busca hoy?")
	if p := admin.post(mine+"/publish", url.Values{"_version": {p.field(t, "_version")}}); p.path != textPath(aText) {
		t.Errorf("who saw the difference cannot publish: %d", p.status)
	}
	p = admin.post(textPath(aText)+"/es", url.Values{"form_other": {"¿Qué necesita hoy?"}, "_version": {seen}})
	if p.status != http.StatusUnprocessableEntity {
		t.Errorf("a form that is too old: %d", p.status)
	}
	p.has(t, "Otra persona guardó cambios", "¿Qué busca hoy?")
}

func TestTextsThatAreRefused(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleAdmin)
	for words, says := range map[string]string{
		"":                      "Falta este dato",
		marker:                  "Falta cerrar una marca",
		"<b>¿Qué quiere hacer?": "Falta cerrar una marca",
		"¿Qué quiere {nombre}?": "entre llaves",
		"¿Qué quiere { hacer?":  "entre llaves",
		"¿Qué quiere hacer?":    "no hay nada que cambiar",
		"Complete el diligenciamiento del presente formulario institucional.": "larga",
		strings.Repeat("Diga qué quiere hacer usted. ", 20):                   "muy largo",
	} {
		p := c.post(textPath(aText)+"/es", url.Values{"form_other": {words}})
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(p.body), strings.ToLower(says)) {
			t.Errorf("%q: %d, and the page does not say %q", words, p.status, says)
		}
		p.lacks(t, "<img src=x")
	}
	for _, path := range []string{
		textPath("welcome.consent_answer.ask") + "/es", textPath("console.menu.today") + "/es", textPath("format.money") + "/es",
		textPath(aText) + "/guc", textPath(aText) + "/xx", textPath("menu.gone") + "/es",
	} {
		if p := c.post(path, url.Values{"form_other": {"Hola."}}); p.status != http.StatusNotFound {
			t.Errorf("%s: %d, want it not to be there", path, p.status)
		}
	}
	c.get(textPath("welcome.consent_answer.ask")).has(t, "La gente da su permiso con este texto")
	p := c.post(textPath("command.help.name")+"/es", url.Values{"form_other": {"menu"}})
	p.has(t, "ya abre otra cosa")
	if waiting, err := g.store.Proposals(t.Context()); err != nil || len(waiting) != 0 {
		t.Errorf("%d proposals wait, %v", len(waiting), err)
	}
}

// On help texts safety depends: who wrote one does not publish it alone.
func TestTwoPeopleReadATextOfSafety(t *testing.T) {
	g := newTeam(t)
	admin := g.as(store.RoleAdmin)
	p := admin.post(textPath("help.header")+"/es", url.Values{"form_other": {"Llame gratis. Es ayuda para usted."}})
	p.has(t, "Otra persona del equipo lo lee")
	p.lacks(t, "/publish")
	if done := admin.post(p.path+"/publish", nil); done.status != http.StatusForbidden {
		t.Errorf("it was published by who wrote it: %d", done.status)
	}
	second := g.join(store.Staff{Name: "Otra", Role: store.RoleAdmin}, 790)
	// The first page counts what its reader may publish.
	hand := `<h2><a href="` + contentPath + `%s">Contenido por revisar</a></h2>`
	for path, c := range map[string]*client{"": admin, "#waiting": g.of(second.ID)} {
		c.get(Root).has(t, fmt.Sprintf(hand, path))
	}
	g.as(store.RoleCoordinator).get(Root).lacks(t, "Contenido por revisar")
	if done := g.of(second.ID).post(p.path+"/publish", nil); done.path != textPath("help.header") {
		t.Errorf("a second person cannot publish it: %d\n%s", done.status, done.body)
	}
}

// A text that shows at several steps is seen at each of them.
func TestATextIsSeenWhereItShows(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleCoordinator)
	set, several := shipped(t), ""
	for key, places := range set.Places() {
		if len(places) == 2 && places[0].Use == flows.UseOption && places[1].Use == flows.UseOption && places[0].Step != places[1].Step && (several == "" || key < several) {
			several = key
		}
	}
	for _, at := range set.Places()[several] {
		step := at.Flow + "." + at.Step
		p := c.get(textPath(several) + "?at=" + step)
		p.has(t, "en el paso "+step, `aria-current="page">`+step)
	}
	g.proposal(store.RoleAdmin, otherAsk)
	c.get(textPath(aText)).has(t, "Cambios por revisar", otherAsk)
}

// What rests from another version and fits no more keeps nobody from working, and
// the page says so.
func TestWhatDoesNotFitIsTold(t *testing.T) {
	g := newTeam(t)
	e := &flows.Edit{Text: &locales.Change{Lang: "es", Key: "gone.text", Forms: map[string]string{"other": "Hola."}}}
	p := store.Proposal{ID: store.NewProposalID(), About: e.About(), Edit: e, Staff: g.staff[store.RoleAdmin].ID}
	if err := g.store.Propose(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	admin := g.as(store.RoleAdmin)
	if p := admin.post(proposalPath(p.ID)+"/publish", nil); p.status != http.StatusConflict {
		t.Errorf("it can be published: %d", p.status)
	}
	if _, err := g.store.Publish(t.Context(), p, "-", p.Staff, g.now.Unix()); err != nil {
		t.Fatal(err)
	}
	admin.get(contentPath).has(t, "ya no encaja", "gone.text")
}

func TestACallAndAFigureAreChanged(t *testing.T) {
	g := newTeam(t)
	admin := g.as(store.RoleAdmin)
	publish := func(p page) {
		t.Helper()
		if !strings.HasPrefix(p.path, contentPath+"/proposals/") {
			t.Fatalf("no proposal: %d at %s\n%s", p.status, p.path, p.body)
		}
		if done := admin.post(p.path+"/publish", nil); done.status != http.StatusOK {
			t.Fatalf("not published: %d\n%s", done.status, done.body)
		}
	}
	quotas := "70 %: Soy de Venezuela\n30 %: retornado; acogida"
	p := admin.post(callsPath+"/new", callCells(map[string]string{"id": "riohacha_2027", "title": "Riohacha 2027", "places": "100", "quotas": quotas, "circumstances": "1"}))
	p.has(t, "Riohacha 2027", "pasa a la convocatoria")
	publish(p)
	publish(admin.post(aFigure, figureCells(map[string]string{"source": "Decreto de prueba"})))
	admin.get(callsPath+"/riohacha_2027").has(t, "Cúcuta", "2027-03-31", "70 %: ")
	admin.get(aFigure).has(t, "1.900.000", "Decreto de prueba", "cambiado aquí")
	c, err := g.store.Content(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set, left := shipped(t).Publish(c.Edits, programme.DateOf(g.now))
	if len(left) > 0 || set.Round.ID != "riohacha_2027" || !set.Round.AskCircumstances || len(set.Round.Quotas) != 2 || !slices.Equal(set.Round.Municipalities, []string{"54001", "44001"}) {
		t.Errorf("the call is %+v; left out %v", set.Round, left)
	}
	if got, ok := set.Data.Parameters.At("smmlv_mes", programme.Date{Year: 2027, Month: 5, Day: 1}); !ok || got.Value != 1_900_000 {
		t.Errorf("the wage is %+v", got)
	}
	for name, row := range map[string]struct {
		path string
		form url.Values
		says string
	}{
		"a place that there is not": {aCall, callCells(map[string]string{"towns": "Macondo"}), "Macondo"},
		"closes before it opens":    {aCall, callCells(map[string]string{"closes": "2026-01-01"}), "Cierra antes de abrir"},
		"no days to answer":         {aCall, callCells(map[string]string{"review": "0"}), "en cuántos días"},
		"shares above all":          {aCall, callCells(map[string]string{"places": "10", "quotas": "70: acogida\n40: retornado"}), "suman 110"},
		"nobody's share":            {aCall, callCells(map[string]string{"places": "10", "quotas": "70: marcianos"}), "No entiendo esta línea"},
		"a taken code":              {callsPath + "/new", callCells(map[string]string{"id": "ejemplo_2026"}), "Ya hay una con ese código"},
		"a code with signs":         {callsPath + "/new", callCells(map[string]string{"id": "Año 1"}), "letras pequeñas"},
		"a figure without source":   {aFigure, figureCells(map[string]string{"source": ""}), "Falta este dato"},
		"a figure of no number":     {aFigure, figureCells(map[string]string{"value": "mucho"}), "número"},
		"a figure in the past":      {aFigure, figureCells(map[string]string{"from": "2025-06-01", "to": ""}), "Otro valor empieza"},
		"a figure that ends first":  {aFigure, figureCells(map[string]string{"from": "2030-01-01", "to": "2029-01-01"}), "Termina antes"},
	} {
		p := admin.post(row.path, row.form)
		if p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, p.status)
		}
		p.has(t, row.says)
	}
	admin.get(figuresPath+"/edad_minima_programa").has(t, "todos los días")
}

func TestAHelpLineIsVerified(t *testing.T) {
	g := newTeam(t)
	officer := g.as(store.RoleOfficer)
	officer.get(helpLinesPath+"/"+aLine).has(t, "nadie ha llamado")
	if p := officer.post(helpLinesPath+"/"+aLine+"/verify", url.Values{"answered": {""}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("nobody says how it was answered: %d", p.status)
	}
	officer.post(helpLinesPath+"/"+aLine+"/verify", url.Values{"answered": {"Línea Púrpura, buenos días"}}).has(t, "contesta")
	line := func() programme.HelpLine {
		t.Helper()
		k, err := store.KeptRow[programme.HelpLine](t.Context(), g.store, aLine)
		if err != nil {
			t.Fatal(err)
		}
		return k.Row
	}
	if l := line(); l.VerifiedOn != programme.DateOf(g.now) || l.VerifiedBy != "gestión" || !strings.Contains(l.State, "Línea Púrpura") {
		t.Errorf("verified %+v", l)
	}
	bad := officer.post(helpLinesPath+"/"+aLine, g.lineCells(aLine, map[string]string{"ambito": "marte"}))
	if bad.status != http.StatusUnprocessableEntity {
		t.Errorf("a place that there is not: %d", bad.status)
	}
	officer.post(helpLinesPath+"/"+aLine, g.lineCells(aLine, map[string]string{"numero": "01 8000 999 999", "siempre": "si"}))
	if l := line(); l.Number != "018000999999" || !l.VerifiedOn.IsZero() || l.Always {
		t.Errorf("another number is shown unverified: %+v", l)
	}
	old := g.lineCells(aLine, nil)
	officer.post(helpLinesPath+"/"+aLine, g.lineCells(aLine, map[string]string{"horario": "07:00-19:00"}))
	if p := officer.post(helpLinesPath+"/"+aLine, old); p.status != http.StatusConflict {
		t.Errorf("of two who change a line the second overwrites: %d", p.status)
	}
	added := g.lineCells(aLine, map[string]string{"id": "L-99", "nombre": "Línea nueva", "_version": ""})
	officer.post(helpLinesPath+"/new", added).has(t, "L-99")
	if p := officer.post(helpLinesPath+"/new", added); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a line of a taken code: %d", p.status)
	}
}
