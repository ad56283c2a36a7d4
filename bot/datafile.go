package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/outreach"
	"arraigo/store"
)

// file makes the content of a file at sending time, from what is stored at that
// moment.
func (b *Bot) file(ctx context.Context, p *outreach.Parcel, name string) ([]byte, error) {
	r, err := b.cfg.Store.Load(ctx, p.Chat)
	if err != nil {
		return nil, err
	}
	if id, ok := strings.CutPrefix(name, flows.FileCalendar); ok {
		return b.calendar(ctx, r, id)
	}
	return b.dataFile(ctx, r, name)
}

// dataFile makes a file of everything stored about the person of a record.
func (b *Bot) dataFile(ctx context.Context, r *store.Record, name string) ([]byte, error) {
	d, err := b.collect(ctx, r)
	if err != nil {
		return nil, err
	}
	switch name {
	case flows.FileDataJSON:
		return json.MarshalIndent(d, "", "  ")
	case flows.FileDataText:
		return []byte(b.readable(&r.Session, d)), nil
	}
	return nil, fmt.Errorf("no file is called %q", name)
}

// fileForm is what the person sees of a file, and what kind it is; nothing in it
// is about the person.
func fileForm(file string) (name, kind string) {
	switch {
	case strings.HasPrefix(file, flows.FileCalendar):
		return "evento.ics", "text/calendar; charset=utf-8"
	case file == flows.FileDataJSON:
		return "mis-datos.json", "application/json"
	}
	return "mis-datos.txt", "text/plain; charset=utf-8"
}

// ownData is everything stored about a person, in the order of the file they
// get (Ley 1581/2012 art. 8: to know one's data and the proof of consent). The
// field names are Spanish because the file is for people here and their
// advisers.
type ownData struct {
	Made         string          `json:"hecho"`
	Chat         int64           `json:"chat"`
	Reference    string          `json:"codigo,omitempty"`
	Since        string          `json:"guardado_desde,omitempty"`
	KeptUntil    string          `json:"guardado_hasta,omitempty"`
	Language     string          `json:"idioma,omitempty"`
	LastSeen     string          `json:"ultimo_mensaje,omitempty"`
	Answers      []ownAnswer     `json:"respuestas"`
	Screening    *ownScreening   `json:"resultado,omitempty"`
	Stages       []ownStage      `json:"etapas,omitempty"`
	Holds        []ownHold       `json:"anotado"`
	Said         []ownGrade      `json:"opiniones,omitempty"`
	Came         []ownAttendance `json:"asistencia,omitempty"`
	Consents     []ownConsent    `json:"permisos"`
	Changes      []ownChange     `json:"correcciones"`
	Messages     []ownMessage    `json:"mensajes_sin_pedir,omitempty"`
	Conversation ownConversation `json:"conversacion"`
	Talk         *ownTalk        `json:"charla,omitempty"`
	Held         []ownHolding    `json:"donde_esta"`
}

// ownTalk is what is kept of the newest talk with the team. Their notes are about
// the person, so they are the person's to read.
type ownTalk struct {
	Number   int64       `json:"caso"`
	Opened   string      `json:"desde"`
	Closed   string      `json:"cerrada,omitempty"`
	Messages int         `json:"mensajes_suyos"`
	Answers  int         `json:"respuestas"`
	Notes    []string    `json:"notas_del_equipo,omitempty"`
	Words    []ownSaying `json:"palabras,omitempty"`
}

// ownSaying is one thing that was said in a talk.
type ownSaying struct {
	At   string `json:"fecha"`
	By   string `json:"quien"` // persona or equipo
	Kind string `json:"tipo,omitempty"`
	Text string `json:"texto,omitempty"`
}

// ownStage is one step of the person's way in a line. Who of the team moved them
// is not said: the audit log knows.
type ownStage struct {
	Words string `json:"texto"`
	Line  string `json:"linea"`
	Stage string `json:"etapa"`
	Since string `json:"desde"`
}

// talk reads the person's newest ticket; nil when there is none.
func (b *Bot) talk(ctx context.Context, r *store.Record) (*ownTalk, error) {
	t, err := b.cfg.Store.Ticket(ctx, r.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	own := &ownTalk{Number: t.Number, Opened: stampOf(t.Opened), Closed: stampOf(t.Closed), Messages: t.Messages, Answers: t.Answers}
	for _, n := range t.Notes {
		own.Notes = append(own.Notes, n.Text)
	}
	said, err := b.cfg.Store.Conversation(ctx, r.ID, b.cfg.Now())
	if err != nil {
		return nil, err
	}
	for _, s := range said {
		by := "persona"
		switch s.From {
		case store.SaidByEvent:
			continue // when it began and ended stands above
		case store.SaidByTeam:
			by = byTeam
		}
		own.Words = append(own.Words, ownSaying{At: stampOf(s.At.Unix()), By: by, Kind: s.Media, Text: s.Text})
	}
	return own, nil
}

// byTeam stands for everybody of the team in a person's file.
const byTeam = "equipo"

type ownAnswer struct {
	Slot     string   `json:"dato"`
	Question string   `json:"pregunta,omitempty"`
	Answer   string   `json:"respuesta"`
	Values   []string `json:"valores"`
}

type ownScreening struct {
	Ruleset string   `json:"reglas"`
	Call    string   `json:"convocatoria"`
	Rules   []string `json:"reglas_que_aplicaron,omitempty"`
}

type ownHold struct {
	Words  string `json:"texto"`
	Kind   string `json:"tipo"`
	Offer  string `json:"codigo"`
	State  string `json:"estado"`
	Since  string `json:"desde"`
	Until  string `json:"plazo,omitempty"`
	Size   int    `json:"personas,omitempty"`
	Minors int    `json:"menores,omitempty"`
	Sure   bool   `json:"confirmado,omitempty"`
}

// ownGrade is how they found an event.
type ownGrade struct {
	Event string `json:"evento"`
	Grade int    `json:"nota"`
	Words string `json:"texto,omitempty"`
}

// ownAttendance is on which days they came to a course or an event.
type ownAttendance struct {
	Kind  string   `json:"tipo"`
	Offer string   `json:"codigo"`
	Days  []string `json:"dias"`
}

type ownConsent struct {
	At       string   `json:"fecha"`
	Given    bool     `json:"dado"`
	Purposes []string `json:"propositos"`
	Text     string   `json:"texto"`
	Key      string   `json:"nombre_del_texto"`
	Version  int      `json:"version"`
	Hash     string   `json:"sha256"`
	Language string   `json:"idioma"`
	Update   int64    `json:"mensaje_de_telegram,omitempty"`
}

type ownChange struct {
	At   string `json:"fecha"`
	Slot string `json:"dato"`
	By   string `json:"quien"`
}

// ownMessage is something that was sent, or was to be, without the person having
// written: what and when, not its words.
type ownMessage struct {
	At    string `json:"fecha"`
	Kind  string `json:"tipo"`
	Title string `json:"titulo,omitempty"`
	State string `json:"estado"`
}

type ownConversation struct {
	Flow string `json:"flujo,omitempty"`
	Step string `json:"paso,omitempty"`
}

type ownHolding struct {
	Name    string `json:"lugar"`
	Entries int    `json:"cuantos"`
	Until   string `json:"hasta,omitempty"`
}

// collect gathers everything that is stored about the person of a record.
func (b *Bot) collect(ctx context.Context, r *store.Record) (*ownData, error) {
	s, now := &r.Session, b.cfg.Now()
	d := &ownData{
		Made: stampOf(now.Unix()), Chat: r.ChatID, Since: stampOf(r.Created), Language: s.Language, LastSeen: stampOf(s.Seen),
		Answers: []ownAnswer{}, Holds: []ownHold{}, Consents: []ownConsent{}, Changes: []ownChange{},
		Conversation: ownConversation{Flow: s.Flow, Step: s.Step},
	}
	held, err := b.cfg.Store.Stored(ctx, r.ChatID, now)
	if err != nil {
		return nil, err
	}
	if d.Talk, err = b.talk(ctx, r); err != nil {
		return nil, err
	}
	for _, h := range held {
		holding := ownHolding{Name: h.Row.Name, Entries: h.Entries}
		if !h.Until.IsZero() {
			holding.Until = stampOf(h.Until.Unix())
		}
		d.Held = append(d.Held, holding)
	}
	if until, err := b.keptUntil(ctx, r); err != nil {
		return nil, err
	} else if !until.IsZero() {
		d.KeptUntil = stampOf(until.Unix())
	}
	d.Answers = append(d.Answers, b.answers(s)...)
	if basis, ok := flows.ScreeningBasis(s); ok {
		d.Screening = &ownScreening{Ruleset: basis.Ruleset, Call: basis.Call, Rules: basis.Rules}
	}
	if r.Member {
		d.Reference = r.ID.Reference()
	}
	for _, at := range s.Stages {
		d.Stages = append(d.Stages, ownStage{
			Words: flows.Words(b.cfg.Set(), s, flows.Standing(at)), Line: at.Line, Stage: at.Stage, Since: stampOf(at.At),
		})
	}
	offer, err := b.offers.today(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range s.Holds {
		d.Holds = append(d.Holds, ownHold{
			Words: flows.Words(b.cfg.Set(), s, flows.Holding(offer, h)),
			Kind:  h.Kind, Offer: h.Offer, State: h.State, Since: stampOf(h.At), Until: stampOf(h.Until), Size: h.Size, Minors: h.Minors, Sure: h.Sure,
		})
	}
	said, err := b.cfg.Store.GradesOf(ctx, r.ID, now)
	if err != nil {
		return nil, err
	}
	for _, g := range said {
		d.Said = append(d.Said, ownGrade{Event: g.Event, Grade: g.Grade.Grade, Words: g.Words})
	}
	came, err := b.cfg.Store.AttendanceOf(ctx, r.ID, now)
	if err != nil {
		return nil, err
	}
	for _, c := range came {
		own := ownAttendance{Kind: c.Offer.Kind, Offer: c.Offer.ID}
		for _, day := range c.Days {
			own.Days = append(own.Days, day.String())
		}
		d.Came = append(d.Came, own)
	}
	for _, c := range s.Consents {
		text, err := b.cfg.Store.ConsentText(ctx, c.Hash)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		d.Consents = append(d.Consents, ownConsent{
			At: stampOf(c.At), Given: c.Given, Purposes: c.Purposes, Text: text, Key: c.Text,
			Version: c.Version, Hash: c.Hash, Language: c.Language, Update: c.Update,
		})
	}
	for _, c := range s.Changes {
		by := c.By
		if by != "persona" {
			by = byTeam
		}
		d.Changes = append(d.Changes, ownChange{At: stampOf(c.At), Slot: c.Slot, By: by})
	}
	told, err := b.cfg.Store.MessagesTo(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range told {
		d.Messages = append(d.Messages, ownMessage{At: stampOf(m.At.Unix()), Kind: string(m.Kind), Title: m.Title, State: m.State})
	}
	return d, nil
}

// answers are the slots of the flows in their order, then any that a former
// version of a flow left behind.
func (b *Bot) answers(s *flows.Session) []ownAnswer {
	var out []ownAnswer
	known := map[string]bool{}
	for _, slot := range b.cfg.Set().Slots() {
		known[slot.Name] = true
		values := s.Slots[slot.Name]
		if len(values) == 0 {
			continue
		}
		a := ownAnswer{Slot: slot.Name, Answer: flows.Words(b.cfg.Set(), s, b.cfg.Set().Show(slot, values)), Values: values}
		if key := slot.Flow + "." + slot.Name + ".name"; b.cfg.Set().Catalog.Has(locales.Spanish, key) {
			a.Question = flows.Words(b.cfg.Set(), s, flows.Key(key))
		}
		out = append(out, a)
	}
	var left []string
	for name := range s.Slots {
		if !known[name] {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	for _, name := range left {
		out = append(out, ownAnswer{Slot: name, Answer: strings.Join(s.Slots[name], ", "), Values: s.Slots[name]})
	}
	return out
}

// readable writes the same for people: what was answered, allowed and changed.
func (b *Bot) readable(s *flows.Session, d *ownData) string {
	var w strings.Builder
	say := func(t flows.Text) { w.WriteString(flows.Words(b.cfg.Set(), s, t) + "\n") }
	day := func(stamp string) flows.Text {
		t, err := time.Parse(time.RFC3339, stamp)
		if err != nil {
			return flows.Literal(stamp)
		}
		return flows.Text{Date: t.Unix()}
	}
	names := map[string]string{}
	say(flows.Key("my_data.document.title").With("fecha", day(d.Made)))
	w.WriteString("\n")
	for _, a := range d.Answers {
		if a.Question == "" {
			continue // the program's own notes; the other file has them
		}
		names[a.Slot] = a.Question
		w.WriteString(a.Question + ": " + a.Answer + "\n")
	}
	for _, at := range d.Stages {
		w.WriteString(withoutTags(at.Words) + "\n")
	}
	for _, h := range d.Holds {
		w.WriteString(h.Words + "\n")
	}
	if d.Reference != "" {
		say(flows.Key("my_data.document.reference").With("codigo", flows.Literal(d.Reference)))
	}
	if d.Talk != nil {
		w.WriteString("\n")
		number := int(d.Talk.Number)
		say(flows.Key("my_data.document.talk").With("numero", flows.Text{Count: &number}).With("fecha", day(d.Talk.Opened)))
		for _, n := range d.Talk.Notes {
			say(flows.Key("my_data.document.note").With("nota", flows.Literal(n)))
		}
		for _, said := range d.Talk.Words {
			if said.Text == "" {
				continue
			}
			key := "my_data.document.said_you"
			if said.By == byTeam {
				key = "my_data.document.said_team"
			}
			say(flows.Key(key).With("texto", flows.Literal(said.Text)))
		}
	}
	if len(d.Consents) > 0 {
		w.WriteString("\n")
		say(flows.Key("my_data.document.consents"))
	}
	for _, c := range d.Consents {
		key := "my_data.document.refused"
		if c.Given {
			key = "my_data.document.given"
		}
		var purposes []flows.Text
		for _, p := range c.Purposes {
			key := "my_data.document.purpose." + p
			if !b.cfg.Set().Catalog.Has(locales.Spanish, key) {
				purposes = append(purposes, flows.Literal(p))
				continue
			}
			purposes = append(purposes, flows.Key(key))
		}
		w.WriteString("\n")
		say(flows.Key(key).With("fecha", day(c.At)).With("propositos", flows.Text{List: purposes}))
		if c.Text != "" {
			say(flows.Key("my_data.document.text"))
			w.WriteString(withoutTags(c.Text) + "\n")
		}
	}
	for i, c := range d.Changes {
		if i == 0 {
			w.WriteString("\n")
			say(flows.Key("my_data.document.changes"))
		}
		name := names[c.Slot]
		if name == "" {
			name = c.Slot
		}
		say(flows.Key("my_data.document.change").With("fecha", day(c.At)).With("dato", flows.Literal(name)))
	}
	b.readableMessages(say, day, d.Messages)
	if d.KeptUntil != "" {
		w.WriteString("\n")
		say(flows.Key("my_data.held").With("fecha", day(d.KeptUntil)))
	}
	return w.String()
}

// readableMessages writes which messages reached the person, or may have.
func (b *Bot) readableMessages(say func(flows.Text), day func(string) flows.Text, messages []ownMessage) {
	first := true
	for _, m := range messages {
		if m.State != store.StateSent && m.State != store.StateUncertain {
			continue
		}
		if first {
			say(flows.Text{Lines: []flows.Text{{}, flows.Key("my_data.document.messages")}})
			first = false
		}
		what := flows.Key("my_data.document.message." + m.Kind)
		if m.Title != "" {
			what = flows.Literal(m.Title)
		}
		say(flows.Key("my_data.document.sent").With("fecha", day(m.At)).With("mensaje", what))
	}
}

// stampOf writes a moment as RFC 3339 in UTC; "" for none.
func stampOf(unix int64) string {
	if unix == 0 {
		return ""
	}
	return time.Unix(unix, 0).UTC().Format(time.RFC3339)
}

// withoutTags takes the markup out of a consent text, for a plain file.
func withoutTags(html string) string {
	var w strings.Builder
	inTag := false
	for _, r := range html {
		switch {
		case r == '<':
			inTag = true
		case r == '>' && inTag:
			inTag = false
		case !inTag:
			w.WriteRune(r)
		}
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&").Replace(w.String())
}
