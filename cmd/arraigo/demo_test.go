package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
)

// browser is a person at the demo's page, through its addresses alone.
type browser struct {
	t    *testing.T
	base string
	chat int64
}

func (b *browser) call(method, path string, in, out any) {
	b.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequest(method, b.base+path, bytes.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		b.t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, answer, err)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			b.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

func (b *browser) messages() (list []emulator.Message) {
	b.t.Helper()
	b.call(http.MethodGet, fmt.Sprintf("/emulator/chats/%d/messages?after=0", b.chat), nil, &list)
	return list
}

// press taps the newest button that fits, once it is there.
func (b *browser) press(fits func(emulator.Button) bool) {
	b.t.Helper()
	eventually(b.t, "a button", func() bool {
		list := b.messages()
		for i := len(list) - 1; i >= 0; i-- {
			for row, buttons := range list[i].Buttons {
				if column := slices.IndexFunc(buttons, fits); column >= 0 {
					b.call(http.MethodPost, fmt.Sprintf("/emulator/chats/%d/taps", b.chat),
						map[string]any{"message_id": list[i].MessageID, "row": row, "column": column}, nil)
					return true
				}
			}
		}
		return false
	})
}

func (b *browser) reads(words string) {
	b.t.Helper()
	eventually(b.t, "the words "+words, func() bool {
		for _, m := range b.messages() {
			if m.From == "bot" && strings.Contains(m.Text, words) {
				return true
			}
		}
		return false
	})
}

// TestDemo is the first thing that anybody does with the program.
func TestDemo(t *testing.T) {
	for _, flags := range [][]string{nil, {"--memory"}} {
		t.Run("redis"+strings.Join(flags, ""), func(t *testing.T) {
			taken, err := listenNear("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer taken.Close()
			p := start(t, nil, append([]string{"demo", "--no-open", "--listen", taken.Addr().String()}, flags...)...)
			p.says("Arraigo demo: open http://")
			address := regexp.MustCompile(`http://[0-9.:]+/`).FindString(p.out.String())
			if strings.Contains(address, taken.Addr().String()) {
				t.Fatalf("it says %s, where somebody else listens", address)
			}
			b := &browser{t: t, base: strings.TrimSuffix(address, "/")}
			resp, err := http.Get(address)
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || !bytes.Contains(page, []byte(`lang="es"`)) {
				t.Errorf("the page is not in Spanish: %v", err)
			}

			var me struct{ ID int64 }
			b.call(http.MethodPost, "/emulator/users", map[string]string{"first_name": "Luz", "language_code": "es"}, &me)
			b.chat = me.ID
			b.call(http.MethodPost, fmt.Sprintf("/emulator/chats/%d/messages", b.chat), map[string]string{"text": "hola"}, nil)
			for _, label := range []string{"Español", "Acepto"} {
				b.press(func(button emulator.Button) bool { return button.Text == label })
			}
			for _, data := range []string{
				answers("age", "29_59").press, answers("municipality", "05001").press, answers("population", "migrante_ve").press,
				answers("document", "PPT").press, answers("seeks", "negocio").press, answers("seeks", "!done").press,
				answers("stay", "si").press, answers("business", "idea").press, answers("sector", "comida").press,
				answers("seed_capital", "no").press, answers("classes", "si").press, answers("summary_right", "si").press,
			} {
				b.press(func(button emulator.Button) bool { return button.Data == data })
			}
			for _, line := range []string{"Apoyo a su negocio", "Apoyo para trabajar", "Actividades en su comunidad"} {
				b.reads(line)
			}
			if code := p.stop(); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// Every persona of the demo gets as far as they should.
func TestPersonas(t *testing.T) {
	p := start(t, nil, "demo", "--no-open", "--listen", "127.0.0.1:0")
	p.says("Arraigo demo: open http://")
	b := &browser{t: t, base: strings.TrimSuffix(regexp.MustCompile(`http://[0-9.:]+/`).FindString(p.out.String()), "/")}
	var people []emulator.User
	eventually(t, "the personas", func() bool {
		b.call(http.MethodGet, "/emulator/users", nil, &people)
		return len(people) == len(personas())+3 // and those of the team who have a phone
	})
	var screened *browser
	for _, user := range people {
		b.chat = user.ID
		switch user.FirstName {
		case "Yulimar":
			screened = &browser{t: t, base: b.base, chat: user.ID}
			b.reads("Actividades en su comunidad")
		case "Wilson":
			b.reads("¿Qué documento tiene hoy?")
		case "Doña Carmen":
			b.reads("Antes de empezar, lea esto.")
		case "Jean":
			b.reads("123")
		case "Marlenis":
			b.reads("Avisamos al equipo")
		case "Andreína":
			b.reads("Tiene un cupo en Manipulación de alimentos")
		case "Luz", "Nohora", "Deivis":
			b.reads("Elija su idioma")
		case "Emma":
			if got := b.messages(); len(got) != 0 {
				t.Errorf("Emma's chat is not empty: %v", got)
			}
		default:
			t.Errorf("nobody knows %s", user.FirstName)
		}
	}
	var groups []emulator.GroupView
	b.call(http.MethodGet, "/emulator/groups", nil, &groups)
	if len(groups) != 1 || groups[0].AsName != "Luz" {
		t.Fatalf("the team's group: %+v", groups)
	}
	b.chat = groups[0].ID
	b.reads("Caso 1")
	if got := p.out.String(); strings.Contains(got, "stopped half way") || strings.Contains(got, "level=WARN") {
		t.Error(got)
	}
	consoleOfDemo(t, b.base)
	newTextOfDemo(t, screened)
}

// An atConsole is somebody of the team in front of the console, without a screen.
type atConsole struct {
	t    *testing.T
	base string
	http *http.Client
}

func newAtConsole(t *testing.T, base string) *atConsole {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &atConsole{t, base, &http.Client{Jar: jar}}
}

// fetch returns the page that an address leads to, and where that is.
func (c *atConsole) fetch(method, path string, form url.Values) (status int, page, at string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", c.base)
	answer, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Request.URL.Path
}

// demoMorning starts the demo just before nine in the morning of its next event:
// nobody is written to at night. It returns its address and the phones by first
// name.
func demoMorning(t *testing.T) (base string, phones map[string]*browser) {
	t.Helper()
	p := start(t, nil, "demo", "--no-open", "--listen", "127.0.0.1:0")
	p.says("Arraigo demo: open http://")
	base = strings.TrimSuffix(regexp.MustCompile(`http://[0-9.:]+/`).FindString(p.out.String()), "/")
	phones = map[string]*browser{}
	eventually(t, "the personas", func() bool {
		var people []emulator.User
		(&browser{t: t, base: base}).call(http.MethodGet, "/emulator/users", nil, &people)
		for _, u := range people {
			phones[u.FirstName] = &browser{t: t, base: base, chat: u.ID}
		}
		return len(people) == len(personas())+len([]string{"Luz", "Nohora", "Deivis"})
	})
	phones["Yulimar"].reads("Actividades en su comunidad")
	phones["Andreína"].reads("Tiene un cupo en Día de contratación en restaurantes")
	phones["Luz"].call(http.MethodPost, "/emulator/clock/event", nil, nil)
	return base, phones
}

// In the demo one of the team announces something to one line in one municipality:
// who fits gets it and stops it from the message itself, others do not get it, and
// the report says so.
func TestTheDemoAnnounces(t *testing.T) {
	_, phones := demoMorning(t)
	yulimar, andreina, luz := phones["Yulimar"], phones["Andreína"], phones["Luz"]

	label := func(want string) func(emulator.Button) bool {
		return func(b emulator.Button) bool { return b.Text == want }
	}
	say := func(words string) {
		t.Helper()
		luz.call(http.MethodPost, fmt.Sprintf("/emulator/chats/%d/messages", luz.chat), map[string]string{"text": words}, nil)
	}
	say("/difundir")
	for _, s := range []struct{ press, says, reads string }{
		{"", "", "1 de 3"},
		{"Línea", "", "¿De qué línea?"},
		{"Apoyo a su negocio", "", "Línea: Apoyo a su negocio"},
		{"Listo", "", "1 de 3"},
		{"Municipio", "", "escriba el nombre"},
		{"", "cúcuta", "Viven en: Cúcuta"},
		{"Listo", "", "1 de 3"},
		{"Continuar", "", "Escriba o reenvíe el mensaje en Español"},
		{"", "Feria de emprendimiento este sábado", "✓ Español"},
		{"Ver cómo queda", "", "3 de 3: revisar"},
		{"Enviar", "", "1 persona"},
	} {
		switch {
		case s.press != "":
			luz.press(label(s.press))
		case s.says != "":
			say(s.says)
		}
		luz.reads(s.reads)
	}
	luz.press(label("Sí"))
	yulimar.reads("Feria de emprendimiento este sábado")
	for _, words := range []string{"Informe: Feria de emprendimiento este sábado", "Enviado: 1"} {
		luz.reads(words)
	}
	for _, m := range andreina.messages() {
		if strings.Contains(m.Text, "Feria de emprendimiento") {
			t.Error("somebody of another line got it")
		}
	}
	yulimar.press(label("Parar los avisos"))
	yulimar.reads("avisos")
	say("/difundir")
	luz.press(label("Línea"))
	luz.press(label("Apoyo a su negocio"))
	luz.reads("0 personas")
}

// consoleOfDemo comes from the chat page into the console as each role, with one
// click.
func consoleOfDemo(t *testing.T, base string) {
	t.Helper()
	if _, page, _ := newAtConsole(t, base).fetch(http.MethodGet, "/", nil); !strings.Contains(page, `href="/console/"`) {
		t.Error("the chat page does not lead to the console")
	}
	for _, m := range colleagues {
		if status, page, _ := newAtConsole(t, base).fetch(http.MethodPost, "/console/demo", url.Values{"role": {string(m.Role)}}); status != http.StatusOK || !strings.Contains(page, m.Name) {
			t.Errorf("%s: %d, and the page does not name %s", m.Role, status, m.Name)
		}
	}
}

// newTextOfDemo publishes another text in the console: a person reads it soon
// after, and what was there before once it is undone.
func newTextOfDemo(t *testing.T, person *browser) {
	t.Helper()
	const path, words = "/console/content/texts/menu.menu_choice.ask", "¿En qué le ayudo hoy?"
	c := newAtConsole(t, person.base)
	c.fetch(http.MethodPost, "/console/demo", url.Values{"role": {"admin"}})
	publish := func(status int, page, at string) {
		t.Helper()
		if status != http.StatusOK || !strings.HasPrefix(at, "/console/content/proposals/") {
			t.Fatalf("no proposal: %d at %s\n%s", status, at, page)
		}
		if status, page, at = c.fetch(http.MethodPost, at+"/publish", nil); status != http.StatusOK || at != path {
			t.Fatalf("not published: %d at %s\n%s", status, at, page)
		}
	}
	says := func(words string) {
		t.Helper()
		published, asked := time.Now(), time.Time{}
		eventually(t, "the words "+words, func() bool {
			if time.Since(asked) > 300*time.Millisecond { // a person does not ask a hundred times a second
				asked = time.Now()
				person.call(http.MethodPost, fmt.Sprintf("/emulator/chats/%d/messages", person.chat), map[string]string{"text": "/menu"}, nil)
			}
			list := person.messages()
			return strings.Contains(list[len(list)-1].Text, words)
		})
		t.Logf("%q was said %s after it was published", words, time.Since(published).Round(10*time.Millisecond))
	}
	publish(c.fetch(http.MethodPost, path+"/es", url.Values{"form_other": {words}}))
	says(words)
	publish(c.fetch(http.MethodPost, "/console/content/history/1/undo", nil))
	says("¿Qué quiere hacer?")
}
