package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"
)

// a walker does what a test tells them, by the words on the buttons, and sees
// only what is newer than their last act.
type walker struct {
	w     *town
	id    int64
	wakes <-chan struct{}
	seen  int64 // newest message when they last did something
	on    int64 // message whose button they tapped last: boxes stay open
}

func (w *town) walker(name string) *walker {
	w.t.Helper()
	id := w.tg.AddUser(emulator.User{FirstName: name + "marcanombre", Username: name + "marcausuario", LanguageCode: "es"})
	w.marks.add(name+"marcanombre", name+"marcausuario")
	w.marks.addChat(id)
	return &walker{w: w, id: id, wakes: w.watched(id)}
}

// await waits for a message of the bot since the last act that ok wants.
func (p *walker) await(what string, ok func(emulator.Message) bool) (emulator.Message, error) {
	deadline := time.After(patience)
	for {
		all, err := p.w.tg.Messages(p.id, 0)
		if err != nil {
			return emulator.Message{}, err
		}
		for _, m := range slices.Backward(all) {
			if m.From == "bot" && !m.Deleted && m.MessageID > p.seen && ok(m) {
				return m, nil
			}
		}
		select {
		case <-p.wakes:
		case <-time.After(time.Second): // a file wakes nobody
		case <-deadline:
			var last []string
			for _, m := range all[max(0, len(all)-4):] {
				last = append(last, m.From+": "+m.Text)
			}
			return emulator.Message{}, fmt.Errorf("in vain waited for %s; the last messages:\n%s", what, strings.Join(last, "\n"))
		}
	}
}

func (p *walker) reads(text string) (emulator.Message, error) {
	return p.await(strconv.Quote(text), func(m emulator.Message) bool { return strings.Contains(m.Text, text) })
}

// acted notes that what follows is news.
func (p *walker) acted() error {
	all, err := p.w.tg.Messages(p.id, 0)
	if err == nil && len(all) > 0 {
		p.seen = all[len(all)-1].MessageID
	}
	return err
}

// button finds the button whose label ends with those words.
func (p *walker) button(label string) (emulator.Message, string, error) {
	var data string
	since := p.seen
	p.seen = 0
	m, err := p.await("["+label+"]", func(m emulator.Message) bool {
		if m.MessageID <= since && (m.MessageID != p.on || label != "Listo") {
			return false
		}
		for text, d := range phoneButtons(m) {
			if strings.HasSuffix(text, label) {
				data = d
				return true
			}
		}
		return false
	})
	p.seen = since
	return m, data, err
}

func (p *walker) tap(label string) error {
	m, data, err := p.button(label)
	if err != nil {
		return err
	}
	return p.press(m.MessageID, data)
}

// press taps data on a message; nobody waits for the answer.
func (p *walker) press(message int64, data string) error {
	if err := p.acted(); err != nil {
		return err
	}
	p.on = message
	_, err := p.w.tg.TapData(p.id, message, data)
	return err
}

func (p *walker) say(text string) error {
	if err := p.acted(); err != nil {
		return err
	}
	_, err := p.w.tg.Say(p.id, text)
	return err
}

// does plays lines as a transcript has them: "[label]" is a tap, "< words" must
// be read, all else is typed.
func (p *walker) does(lines ...string) {
	p.w.t.Helper()
	for _, line := range lines {
		var err error
		if label, ok := strings.CutPrefix(line, "["); ok {
			err = p.tap(strings.TrimSuffix(label, "]"))
		} else if words, ok := strings.CutPrefix(line, "< "); ok {
			_, err = p.reads(words)
		} else {
			err = p.say(line)
		}
		if err != nil {
			p.w.t.Fatalf("%s: %v", line, err)
		}
	}
}

// setup are the lines of a transcript's beginning.
func setup(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "flows", "testdata", "setup", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "> "))
	}
	return lines
}

// screened is a session after the screening.
func (w *town) screened() flows.Session {
	w.t.Helper()
	c := flows.Conversation{Set: w.set, Now: time.Now()}
	for _, line := range setup(w.t, "screened") {
		if _, err := c.Play(line); err != nil {
			w.t.Fatal(err)
		}
	}
	return c.Session
}

// knows gives somebody a session, as if they had answered everything before.
func (w *town) knows(s *store.Store, p *walker, session flows.Session) error {
	r, err := s.Load(context.Background(), p.id)
	if err != nil {
		return err
	}
	r.Session = session
	_, err = s.Commit(context.Background(), store.Turn{Record: r, Index: flows.Index(w.set, &session), Consented: true, Now: time.Now()})
	return err
}

// noonZone is a time zone in which it is about noon now, so that no quiet hours
// delay a test.
func noonZone() (name string, loc *time.Location) {
	ahead := 12 - time.Now().UTC().Hour()
	name = fmt.Sprintf("Etc/GMT%+d", -ahead) // the sign of these names is the other way round
	if ahead == 0 {
		name = "Etc/GMT"
	}
	return name, time.FixedZone(name, ahead*3600)
}

// list puts the sample programme, changed, into the catalogue.
func (w *town) list(today programme.Date, change func(*programme.Catalogue)) {
	w.t.Helper()
	s := storetest.Open(w.t, store.Config{URL: w.redis.URL(0)}) // nothing in it is of a person, so any keys will do
	c, err := w.set.Data.Samples(today)
	if err != nil {
		w.t.Fatal(err)
	}
	change(&c)
	if err := s.PutCatalogue(w.t.Context(), c); err != nil {
		w.t.Fatal(err)
	}
}

func course(c *programme.Catalogue, id string) *programme.Course {
	return &c.Courses[slices.IndexFunc(c.Courses, func(x programme.Course) bool { return x.ID == id })]
}

// wholeCourses is the way of people through courses and events: a place, the
// waiting line, an offer that is declined, let go by and taken, a family at an
// event, a course that is cancelled, and people who are erased in between.
func wholeCourses(t *testing.T, program string) {
	w := newTown(t, program)
	w.redis = storetest.Start(t)
	zone, loc := noonZone()
	today := programme.DateOf(time.Now().In(loc))
	few := func(c *programme.Catalogue) { course(c, "C-01").Places, course(c, "C-02").Places = 1, 1 }
	w.list(today, few)
	r := w.replica("ARRAIGO_TIMEZONE=" + zone)
	r.start()
	r.ready()
	s := r.store()

	ana := w.walker("ana")
	ana.does(append([]string{"/start"}, setup(t, "screened")[1:]...)...)
	ana.does("< Le avisamos si hay algo", "/cursos", "[Cerca de mí]", "[Hoja de vida y entrevista de trabajo]", "< Queda 1 cupo", "[Inscribirme]", "< Tiene un cupo")
	session := w.screened()
	others := map[string]*walker{}
	for _, name := range []string{"beto", "caro", "dani"} {
		p := w.walker(name)
		others[name] = p
		if err := w.knows(s, p, session); err != nil {
			t.Fatal(err)
		}
		p.does("/cursos", "[Cerca de mí]", "[Hoja de vida y entrevista de trabajo]", "< quedan cupos", "[Entrar a la lista]",
			fmt.Sprintf("< en el puesto %d", len(others)))
	}
	beto, caro, dani := others["beto"], others["caro"], others["dani"]

	ana.does("/mis_cupos", "[Hoja de vida y entrevista de trabajo]", "[Dejar mi cupo]", "< Seguro", "[Sí]", "< Dejó")
	beto.does("< Hay un cupo para usted", "[No lo quiero]", "< Dejó")
	caro.does("< Hay un cupo para usted")
	// Nobody waits a day here: the line is moved as it will be tomorrow.
	o := store.Offer{Kind: store.OfferCourse, ID: "C-01", Places: 1, Standing: programme.StandingOpen}
	if _, err := s.MoveLine(t.Context(), o, time.Now().Add(25*time.Hour), time.Time{}); err != nil {
		t.Fatal(err)
	}
	caro.does("< Se acabó el tiempo", "[Tomar el cupo]", "< no tiene un cupo")
	dani.does("< Hay un cupo para usted", "[Tomar el cupo]", "< Tiene un cupo")
	if used, waiting, err := s.Taken(t.Context(), o); used != 1 || waiting != 0 || err != nil {
		t.Errorf("%d taken, %d waiting, %v", used, waiting, err)
	}

	// A family at an event, and its file for the calendar.
	ana.does("/eventos", "[De comunidad]", "[Taller: convivencia sin xenofobia]", "[Inscribirme]", "< personas adultas", "[1]", "< menores", "[2]", "< 4 cupos")
	ana.does("[Guardar la fecha]")
	file, err := ana.await("the file", func(m emulator.Message) bool { return m.Document != nil })
	if err != nil {
		t.Fatal(err)
	}
	if file.Document.FileName != "evento.ics" || !strings.HasPrefix(file.Document.MimeType, "text/calendar") || len(file.Buttons) == 0 {
		t.Errorf("the calendar came as %+v", file.Document)
	}
	w.readsCalendar(file)

	// Who is enrolled, waits or is offered a place is erased: it goes on.
	eva := w.walker("eva")
	if err := w.knows(s, eva, session); err != nil {
		t.Fatal(err)
	}
	toCourse := flows.TriggerData("course", "C-02")
	for _, p := range []*walker{eva, beto, caro} {
		p.does("/menu")
		m, _, err := p.button("Cursos")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.press(m.MessageID, toCourse); err != nil {
			t.Fatal(err)
		}
		if p == eva {
			p.does("[Inscribirme]", "< Tiene un cupo")
		} else {
			p.does("[Entrar a la lista]", "< lista de espera, en el puesto")
		}
	}
	eva.does("/borrar", "< escriba la palabra", "borrar", "< Borramos sus datos")
	beto.does("< Hay un cupo para usted", "/borrar", "< escriba la palabra", "borrar", "< Borramos sus datos")
	caro.does("< Hay un cupo para usted")
	w.settled(s)
	for _, p := range []*walker{eva, beto} {
		if found := storetest.Find(t, s, string(s.ContactID(p.id))); len(found) > 0 {
			t.Errorf("left of an erased person: %v", found)
		}
	}

	// The course is cancelled: who has a place is told, nobody enrols any more.
	w.list(today, func(c *programme.Catalogue) {
		few(c)
		course(c, "C-01").State = "cancelado"
	})
	dani.does("< no se va a hacer", "/mis_cupos", "< no tiene cupos")
	w.settled(s)
	w.sweep(s)
	r.stop()
}

// readsCalendar opens the file as a phone would.
func (w *town) readsCalendar(m emulator.Message) {
	w.t.Helper()
	resp := httptest.NewRecorder()
	w.tg.ServeHTTP(resp, httptest.NewRequest("GET", "/emulator/files/"+m.Document.FileID, nil))
	text := resp.Body.String()
	if !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\n") || !strings.Contains(text, "SUMMARY:Taller: convivencia sin xenofobia") {
		w.t.Errorf("the calendar file is %q", text)
	}
}

var position = regexp.MustCompile(`en el puesto ([\d.]+)`)

// wholeEnrolments lets a thousand people want the thirty places of one course
// at the same moment, through two replicas: thirty get one, the others stand in
// one line.
func wholeEnrolments(t *testing.T, program string) {
	const seats = 30
	people := scaled(1000)
	w := newTown(t, program)
	w.redis = storetest.Start(t)
	zone, loc := noonZone()
	w.list(programme.DateOf(time.Now().In(loc)), func(c *programme.Catalogue) { course(c, "C-01").Places = seats })
	b := w.balance()
	b.losing.Store(2)
	one := w.replica(b.webhook(), "ARRAIGO_TIMEZONE="+zone)
	one.start()
	one.ready()
	two := w.replica(b.webhook(), "ARRAIGO_TIMEZONE="+zone, "ARRAIGO_KEYSET="+one.dir+"/keyset.json")
	two.start()
	two.ready()
	b.backends = []string{one.listen, two.listen}
	s := one.store()
	session := w.screened()
	session.Flow, session.Step, session.Asking = "", "", false
	all := make([]*walker, people)
	told := make([]string, people)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	few := make(chan struct{}, 100)
	for i := range all {
		all[i] = w.walker(fmt.Sprintf("persona%d", i))
		ready.Add(1)
		done.Go(func() {
			p := all[i]
			few <- struct{}{}
			err := p.looksAt(s, session)
			<-few
			ready.Done()
			if err != nil {
				t.Error(err)
				return
			}
			<-start
			if err := p.tap("Inscribirme"); err != nil {
				t.Error(err)
				return
			}
			m, err := p.await("an answer", func(m emulator.Message) bool {
				return strings.Contains(m.Text, "Tiene un cupo") || position.MatchString(m.Text)
			})
			if err != nil {
				t.Error(err)
			}
			told[i] = m.Text
		})
	}
	ready.Wait()
	began := time.Now()
	close(start)
	done.Wait()
	t.Logf("%d people enrolled at once over two replicas in %.1f s; %d answers to Telegram got lost on the way", people, time.Since(began).Seconds(), b.lost.Load())
	if t.Failed() {
		return
	}
	w.settled(s)
	taken, line := 0, map[int]bool{}
	for i, text := range told {
		hold, _ := record(t, s, all[i].id).Session.Hold(flows.HeldCourse, "C-01")
		if found := position.FindStringSubmatch(text); found != nil {
			n, err := strconv.Atoi(strings.ReplaceAll(found[1], ".", ""))
			if err != nil || line[n] || hold.State != flows.HoldWaiting {
				t.Fatalf("position %s is there twice, or the session says %q: %v", found[1], hold.State, err)
			}
			line[n] = true
		} else if taken++; hold.State != flows.HoldEnrolled {
			t.Fatalf("enrolled, and the session says %q", hold.State)
		}
	}
	if taken != seats || len(line) != people-seats {
		t.Errorf("%d have a place and %d a position, want %d and %d", taken, len(line), seats, people-seats)
	}
	for n := 1; n <= people-seats; n++ {
		if !line[n] {
			t.Fatalf("nobody was told to be at %d", n)
		}
	}
	o := store.Offer{Kind: store.OfferCourse, ID: "C-01"}
	if used, waiting, err := s.Taken(t.Context(), o); used != seats || waiting != people-seats || err != nil {
		t.Errorf("%d taken, %d waiting, %v", used, waiting, err)
	}
	if n, err := s.Count(t.Context(), store.In(flows.HeldCourse, "C-01")); n != people || err != nil {
		t.Errorf("%d in the audience of the course, %v, want %d", n, err, people)
	}
	one.stop()
	two.stop()
}

// looksAt brings somebody to the course.
func (p *walker) looksAt(s *store.Store, session flows.Session) error {
	if err := p.w.knows(s, p, session); err != nil {
		return err
	}
	if err := p.say("/menu"); err != nil {
		return err
	}
	m, _, err := p.button("Cursos")
	if err != nil {
		return err
	}
	if err := p.press(m.MessageID, flows.TriggerData("course", "C-01")); err != nil {
		return err
	}
	_, _, err = p.button("Inscribirme")
	return err
}

func record(t *testing.T, s *store.Store, chat int64) *store.Record {
	t.Helper()
	r, err := s.Load(t.Context(), chat)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
