package bot

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/store"
	"arraigo/store/storetest"
)

// quickly looks at the team often.
func quickly(c *Config) {
	c.Timing.Team, c.Timing.Audit = 10*time.Millisecond, 10*time.Millisecond
	c.ConsoleURL = "https://bot.example.org/console/enter"
}

// invited is somebody with a phone and an invitation that they accepted.
func (w *world) invited(s *store.Store, m store.Staff) (*person, store.Staff) {
	w.t.Helper()
	_, code, err := s.InviteStaff(w.t.Context(), m, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	p := &person{w: w, id: w.tg.AddUser(emulator.User{FirstName: "MARKERNAME", LanguageCode: "es"})}
	if _, err := w.tg.Start(p.id, InvitationStart(code)); err != nil {
		w.t.Fatal(err)
	}
	p.waits(0, "Ya es parte del equipo")
	joined, err := s.StaffOf(w.t.Context(), p.id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p, joined
}

func TestAnInvitationMakesSomebodyStaff(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", quickly)
	s := r.cfg.Store
	p, m := w.invited(s, store.Staff{Name: "Nora MARKERNAME", Role: store.RoleOfficer})
	said := p.last().Text
	if !strings.Contains(said, "Gestión") || !strings.Contains(said, "/consola") {
		t.Errorf("the welcome: %q", said)
	}
	if m.Role != store.RoleOfficer || !m.May(store.AnswerTickets) {
		t.Errorf("%+v", m)
	}
	// Nothing of the programme is kept about them.
	if rec, err := s.Load(t.Context(), p.id); err != nil || rec.Revision != 0 {
		t.Errorf("a record of revision %d, %v", rec.Revision, err)
	}
	if found := storetest.Find(t, s, "MARKERNAME", itoa(p.id)); len(found) > 0 {
		t.Errorf("in the clear: %v", found)
	}
	if logs := w.logs.String(); strings.Contains(logs, "MARKERNAME") || strings.Contains(logs, itoa(p.id)) || !strings.Contains(logs, m.ID) {
		t.Error("the log names the person, or not the id")
	}
	// They can also use the bot as anybody does.
	p.say("/start")
	p.waits(p.last().MessageID, "idioma")
}

func TestAnInvitationServesOnce(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", quickly)
	s := r.cfg.Store
	_, code, err := s.InviteStaff(t.Context(), store.Staff{Role: store.RoleAdmin}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	first, second := w.person(), w.person()
	first.say("/start equipo_" + code)
	first.waits(0, "Ya es parte del equipo")
	second.say("/start equipo_" + code)
	second.waits(0, "ya no sirve")
	if _, err := s.StaffOf(t.Context(), second.id); err == nil {
		t.Error("two joined with one invitation")
	}
	second.say("/start equipo_NONSENSE")
	second.waits(second.last().MessageID, "ya no sirve")
	// The same link once more, as Telegram sends an update again.
	at := first.last().MessageID
	first.say("/start equipo_" + code)
	first.waits(at, "Ya es parte del equipo")
	if all, err := s.AllStaff(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d of the team, %v", len(all), err)
	}
}

// linkOf finds the link to the console in a message: in its text or its button.
func linkOf(m emulator.Message) string {
	link := regexp.MustCompile(`https?://\S+`).FindString(m.Text)
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.URL != "" {
				link = b.URL
			}
		}
	}
	return link
}

func TestOnlyTheTeamSignsInToTheConsole(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", quickly)
	s := r.cfg.Store
	p, m := w.invited(s, store.Staff{Role: store.RoleViewer})
	p.say("/consola")
	link := linkOf(p.waits(0, "solo para usted"))
	code, ok := strings.CutPrefix(link, "https://bot.example.org/console/enter?code=")
	if !ok {
		t.Fatalf("the link %q", link)
	}
	if got, err := s.RedeemLogin(t.Context(), code); err != nil || got.ID != m.ID {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.RedeemLogin(t.Context(), code); err == nil {
		t.Error("the link works twice")
	}
	if strings.Contains(w.logs.String(), code) {
		t.Error("the code is in the log")
	}

	other := w.person()
	other.agreed()
	at := other.waits(0, "Cuántos años")
	other.say("/consola")
	other.waits(at.MessageID, "No conozco ese comando")

	// Who left the team is like anybody else at once, or within Timing.Team.
	if err := s.RemoveStaff(t.Context(), m.ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the removal is known", func() bool { _, of := r.team.of(p.id); return !of })
	p.say("/consola")
	p.waits(p.last().MessageID, "idioma") // a stranger: the bot begins
}

func TestTheConsoleWithoutASecureAddress(t *testing.T) {
	for url, want := range map[string]string{"http://127.0.0.1:8080/console/enter": "http://127.0.0.1:8080/console/enter?code=", "": ""} {
		w := newWorld(t)
		r := w.run("a", func(c *Config) { quickly(c); c.ConsoleURL = url })
		p, _ := w.invited(r.cfg.Store, store.Staff{Role: store.RoleViewer})
		if url == "" && strings.Contains(p.last().Text, "/consola") {
			t.Error("it points at pages that have no address")
		}
		p.say("/consola")
		if want == "" {
			p.waits(0, "ARRAIGO_PUBLIC_URL")
			continue
		}
		m := p.waits(0, "solo para usted")
		if !strings.HasPrefix(linkOf(m), want) || len(m.Buttons) != 0 {
			t.Errorf("%q", m.Text)
		}
	}
}

func TestTheMenuOfTheTeam(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", quickly)
	s := r.cfg.Store
	shows := func(p *person, command string) bool {
		return slices.ContainsFunc(w.seenBy(p.id).Commands, func(c shownCommand) bool {
			return c.Command == command && c.Description != ""
		})
	}
	p, m := w.invited(s, store.Staff{Role: store.RoleOfficer})
	eventually(t, "the menu has the console", func() bool { return shows(p, "consola") && shows(p, "ayuda") })
	if shows(p, "denuncias") {
		t.Error("the menu shows what the role may not")
	}
	m.Reports, m.Language = true, "en"
	if _, err := s.ChangeStaff(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the menu has the reports, in English", func() bool { return shows(p, "reports") && shows(p, "help") })
	stranger := w.person()
	if shows(stranger, "consola") || shows(stranger, "console") {
		t.Error("a stranger sees commands of the team")
	}
	if err := s.RemoveStaff(t.Context(), m.ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the menu is everybody's", func() bool { return !shows(p, "console") && shows(p, "ayuda") })
}

func TestAdministratorsOfTheSettingsAreStaff(t *testing.T) {
	w := newWorld(t)
	admin := w.person()
	r := w.run("a", func(c *Config) { quickly(c); c.Admins = []int64{admin.id} })
	eventually(t, "there is an entry", func() bool { m, ok := r.team.of(admin.id); return ok && m.Role == store.RoleAdmin })
	admin.say("/consola")
	admin.waits(0, "solo para usted")
	if all, err := r.cfg.Store.AllStaff(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d of the team, %v", len(all), err)
	}
}

func TestTheFlagOpensReports(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", func(c *Config) { quickly(c); c.Timing.Relay = 20 * time.Millisecond })
	s := r.cfg.Store
	reader, _ := w.invited(s, store.Staff{Role: store.RoleViewer, Reports: true})
	plain, _ := w.invited(s, store.Staff{Role: store.RoleAdmin})
	p := w.person()
	p.agreed()
	p.waits(0, "Cuántos años")
	p.reports("MARCACAMISA", "anonimo")
	reader.waits(0, "Hay denuncias sin leer")
	list, _, err := s.Reports(t.Context(), 0, 1)
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	reader.say("/denuncias")
	reader.button(reportOpen + list[0].Name)
	reader.waits(0, "MARCACAMISA")
	plain.say("/denuncias")
	plain.waits(plain.last().MessageID, "idioma") // even an administrator is nobody here
	for _, m := range plain.messages() {
		if m.From == "bot" && strings.Contains(m.Text, "denuncia") {
			t.Errorf("without the flag: %q", m.Text)
		}
	}
}

func TestARoleThatDoesNotAttendAnswersNobody(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	r := w.run("a", func(c *Config) { quickly(c); tm.attending(c) })
	s := r.cfg.Store
	_, code, err := s.InviteStaff(t.Context(), store.Staff{Role: store.RoleViewer}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.tg.Start(tm.luz, InvitationStart(code)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Luz is a viewer", func() bool { _, ok := r.team.of(tm.luz); return ok })
	p := w.person()
	p.agreed()
	p.waits(0, "Cuántos años")
	p.say("/persona")
	header := tm.sees("Caso 1")
	tm.replies(header.MessageID, emulator.Draft{Text: "MARCACAMISA"})
	tm.sees("Su rol no permite")
	m, err := s.StaffOf(t.Context(), tm.luz)
	if err != nil {
		t.Fatal(err)
	}
	m.Role = store.RoleOfficer
	if _, err := s.ChangeStaff(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Luz attends now", func() bool { m, _ := r.team.of(tm.luz); return m.May(store.AnswerTickets) })
	tm.replies(header.MessageID, emulator.Draft{Text: "ya le ayudo"})
	p.waits(0, "ya le ayudo")
	for _, m := range p.messages() {
		if strings.Contains(m.Text, "MARCACAMISA") {
			t.Error("a viewer answered a person")
		}
	}
}

func TestAuditorsHearOfBulkReads(t *testing.T) {
	w := newWorld(t)
	admin := w.person()
	r := w.run("a", func(c *Config) { quickly(c); c.Admins = []int64{admin.id} })
	s := r.cfg.Store
	read := func(staff string) {
		t.Helper()
		if err := s.AppendAudit(t.Context(), store.AuditEntry{Staff: staff, Act: "export-people", People: store.BulkReads + 3}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the administrator is known", func() bool { return len(r.admins()) == 1 && len(r.team.all()) == 1 })
	read("s-aaaaaa")
	admin.waits(0, "s-aaaaaa vio datos de 63 personas") // nobody audits yet
	auditor, m := w.invited(s, store.Staff{Name: "Sol", Role: store.RoleAuditor})
	at := admin.last().MessageID
	read("s-bbbbbb")
	auditor.waits(0, "s-bbbbbb vio datos de 63 personas")
	read(m.ID)
	auditor.waits(0, "Sol ("+m.ID+") vio")
	if admin.last().MessageID != at {
		t.Error("the administrator hears what is the auditors'")
	}
	count := 0
	for _, m := range auditor.messages() {
		if strings.Contains(m.Text, "s-bbbbbb") {
			count++
		}
	}
	if count != 1 {
		t.Errorf("told %d times", count)
	}
}
