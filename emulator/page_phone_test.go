package emulator

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	anaID  = 5001
	luisID = 5002
)

var (
	ana  = User{ID: anaID, FirstName: "Ana", LastName: "Paz", Username: "ana_paz", LanguageCode: "es"}
	luis = User{ID: luisID, FirstName: "Luis"}
)

// TestChatPage drives the page in a real browser.
func TestChatPage(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	b := browser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"start, tap and edited in place":       startAndTap,
		"slow button spins, alert is closed":   slowAndAlert,
		"typing, pill, own edit":               typingAndEdit,
		"files, reply keyboard, odd inputs":    filesAndKeyboards,
		"two people at once":                   twoPeople,
		"a group and an answer in it":          groupAndReply,
		"block and unblock":                    blockAndUnblock,
		"hostile names, texts and buttons":     hostileInput,
		"colours follow the system and choice": colours,
		"keyboard alone":                       keyboardAlone,
		"new person":                           newPerson,
		"narrow window":                        narrowWindow,
		"connection lost and nothing lost":     connectionLost,
		"accessibility rules":                  accessibility,
		"a clock that is moved":                clockMoved,
	} {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
}

func startAndTap(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana)
	tab.wait(`document.querySelector('.welcome').innerText.includes('Le acompaño paso a paso.')`)
	tab.start(anaID)
	if got := evaluate[string](tab, `document.querySelector('.mine .words').textContent`); got != "/start" {
		t.Errorf("the start button sent %q", got)
	}
	rows := evaluate[[]int](tab, `[...document.querySelectorAll('.inline-row')].map((row) => row.children.length)`)
	if fmt.Sprint(rows) != "[1 2]" {
		t.Errorf("rows of buttons: %v, want [1 2]", rows)
	}
	if low := evaluate[float64](tab, `Math.min(...[...document.querySelectorAll('.inline-button')].map((b) => b.getBoundingClientRect().height))`); low < 44 {
		t.Errorf("a button is %v px high, want at least 44", low)
	}
	id := evaluate[string](tab, `document.querySelector('.theirs[data-id]').dataset.id`)
	tab.click(`.inline-row:nth-child(2) .inline-button:nth-child(1)`)
	tab.wait(fmt.Sprintf(`document.querySelector('[data-id="%s"]').innerText.includes('Vive en maicao')`, id))
	if left := evaluate[int](tab, `document.querySelectorAll('.inline-button').length`); left != 0 {
		t.Errorf("%d buttons are left after the edit took them away", left)
	}
	if !evaluate[bool](tab, `Boolean(document.querySelector('.theirs .edited'))`) {
		t.Error("the edited message does not say so")
	}
	if at := evaluate[int](tab, `[...document.querySelectorAll('.log > [data-id]')].findIndex((m) => m.dataset.id === '`+id+`')`); at != 1 {
		t.Errorf("the edited message is at place %d, want 1", at)
	}
}

func slowAndAlert(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana)
	tab.start(anaID)
	tab.write(anaID, "botones")
	tab.says(anaID, "Elija")
	last := `[...document.querySelectorAll('.inline')].at(-1)`
	tab.wait(last + `.querySelectorAll('.inline-button').length === 3`)
	link := evaluate[[]string](tab, `(() => { const a = `+last+`.querySelector('a'); return [a.href, a.target, a.rel]; })()`)
	if fmt.Sprint(link) != "[https://example.org/ayuda _blank noopener noreferrer]" {
		t.Errorf("link button: %v", link)
	}
	slow := `[...document.querySelectorAll('.inline-button')].find((b) => b.textContent.startsWith('Lento'))`
	evaluate[chromedp.Void](tab, slow+`.id = 'slow'`)
	tab.click("#slow")
	tab.wait(slow + `.getAttribute('aria-busy') === 'true' && getComputedStyle(` + slow + `.querySelector('.spinner')).display !== 'none'`)
	close(tab.bot.release)
	tab.wait(`!` + slow + `.hasAttribute('aria-busy')`)
	tab.wait(`document.querySelector('.toast.shown')?.textContent === 'Listo'`)
	evaluate[chromedp.Void](tab, `[...document.querySelectorAll('.inline-button')].find((b) => b.textContent.startsWith('Aviso')).id = 'notice'`)
	tab.click("#notice")
	tab.wait(`document.querySelector('[role=alertdialog]')?.innerText.includes('Lea esto con calma')`)
	if !evaluate[bool](tab, `document.activeElement.closest('[role=alertdialog]') !== null && document.querySelector('.composer-root').inert`) {
		t.Error("an alert must take the focus and the rest of its phone must be inert")
	}
	tab.keys(kb.Escape)
	tab.wait(`!document.querySelector('[role=alertdialog]') && document.activeElement.id === 'notice'`)
}

func typingAndEdit(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana)
	tab.start(anaID)
	tab.write(anaID, "espera")
	tab.wait(`!document.querySelector('.dots-line').hidden && document.querySelector('.chat-status').textContent.startsWith('typing')`)
	close(tab.bot.release)
	tab.says(anaID, "Ya está")
	tab.wait(`document.querySelector('.dots-line').hidden`)

	tab.click(`#field-5001`)
	tab.keys("primera")
	tab.keys(kb.Enter, chromedp.ModifierShift)
	tab.keys("segunda")
	tab.keys(kb.Enter)
	tab.says(anaID, "Recibido: primera\nsegunda")
	tab.keys(kb.ArrowUp)
	tab.wait(`document.activeElement.value === 'primera\nsegunda' && !document.querySelector('.edit-bar').hidden`)
	evaluate[chromedp.Void](tab, `document.activeElement.select()`)
	tab.keys("corregida")
	tab.keys(kb.Enter)
	tab.says(anaID, "Vi su cambio: corregida")
	tab.wait(`[...document.querySelectorAll('.mine')].some((m) => m.querySelector('.words').textContent === 'corregida' && m.querySelector('.edited'))`)

	// A reader who has scrolled up is told, not moved.
	for n := range 12 {
		tab.write(anaID, fmt.Sprint("línea ", n))
		tab.says(anaID, fmt.Sprint("Recibido: línea ", n))
	}
	evaluate[chromedp.Void](tab, `document.querySelector('.log').scrollTop = 0`)
	tab.wait(`!document.querySelector('.pill').hidden`)
	at := evaluate[int](tab, `document.querySelector('.log').scrollTop`)
	tab.bot.say(tab.ctx, anaID, "una noticia", nil)
	tab.wait(`document.querySelector('.pill').innerText.includes('1 new message')`)
	if now := evaluate[int](tab, `document.querySelector('.log').scrollTop`); now != at {
		t.Errorf("the reader was moved from %d to %d", at, now)
	}
	tab.click(".pill")
	tab.wait(`document.querySelector('.pill').hidden && (() => { const l = document.querySelector('.log'); return l.scrollHeight - l.scrollTop - l.clientHeight < 4; })()`)
}

func filesAndKeyboards(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana)
	tab.start(anaID)
	tab.write(anaID, "archivo")
	tab.wait(`document.querySelector('.file')`)
	file := evaluate[[]string](tab, `(() => { const a = document.querySelector('.file'); return [a.download, new URL(a.href).pathname.split('/').slice(0, 3).join('/'), a.innerText]; })()`)
	if file[0] != "mis_datos.json" || file[1] != "/emulator/files" || !strings.Contains(file[2], "16 byte") {
		t.Errorf("document bubble: %q", file)
	}
	got := evaluate[string](tab, `fetch(document.querySelector('.file').href).then((r) => r.text())`)
	if got != `{"nombre":"Ana"}` {
		t.Errorf("downloaded %q", got)
	}
	tab.write(anaID, "lugar")
	tab.wait(`document.querySelector('.place')?.innerText.includes('Punto de atención') && document.querySelector('.place').rel.includes('noopener')`)

	tab.write(anaID, "teclado")
	tab.click(".reply-row:nth-child(1) .reply-button")
	tab.says(anaID, "Su número: 573000005001")
	tab.wait(`document.querySelector('.mine .contact') && !document.querySelector('.reply')`)

	for _, kind := range []string{".photo", ".file", ".voice", ".place", ".contact", ".sticker"} {
		before := evaluate[int](tab, `document.querySelectorAll('.mine `+kind+`').length`)
		item := map[string]int{".photo": 1, ".file": 2, ".voice": 3, ".place": 4, ".contact": 5, ".sticker": 6}[kind]
		tab.click(".attach")
		tab.click(fmt.Sprintf(".attach + .menu [role=menuitem]:nth-child(%d)", item))
		tab.wait(fmt.Sprintf(`document.querySelectorAll('.mine %s').length === %d && !document.querySelector('.unsent')`, kind, before+1))
	}
	tab.wait(`document.querySelector('.mine .photo img')?.naturalWidth > 0`)

	// The commands of the bot: by the menu, and by typing a slash.
	tab.click(".commands")
	tab.wait(`document.querySelector('.commands + .menu').innerText.includes('Líneas de ayuda')`)
	tab.keys(kb.Escape)
	tab.click("#field-5001")
	tab.keys("/ag")
	tab.wait(`!document.querySelector('.hints').hidden && document.querySelector('.hints').children.length === 1`)
	tab.click(".hints button")
	tab.wait(`[...document.querySelectorAll('.mine')].some((m) => m.innerText.includes('/again'))`)
}

func twoPeople(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana, luis)
	tab.start(anaID)
	tab.start(luisID)
	tab.write(anaID, "soy Ana")
	tab.write(luisID, "soy Luis")
	tab.says(anaID, "Recibido: soy Ana")
	tab.says(luisID, "Recibido: soy Luis")
	if evaluate[bool](tab, `document.querySelector('#phone-5001').innerText.includes('soy Luis')`) {
		t.Error("one person sees the other's chat")
	}
	side := evaluate[bool](tab, `(() => { const [a, b] = [...document.querySelectorAll('.phone')].map((p) => p.getBoundingClientRect()); return b.left >= a.right && Math.abs(a.top - b.top) < 1; })()`)
	if !side {
		t.Error("the phones are not side by side")
	}
	// Put one away: its news are counted, and it comes back with them.
	tab.click("#phone-5002 .caption .round")
	tab.wait(`document.querySelectorAll('.phone').length === 1`)
	if _, err := tab.server.Say(luisID, "¿sigue ahí?"); err != nil {
		t.Fatal(err)
	}
	tab.wait(`document.querySelector('[data-person="5002"] .badge')?.textContent === '1'`)
	tab.click(`[data-person="5002"]`)
	tab.says(luisID, "Recibido: ¿sigue ahí?")
	tab.wait(`!document.querySelector('[data-person="5002"] .badge')`)
}

func groupAndReply(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana, luis)
	group, err := tab.server.AddGroup(Group{Title: "Equipo", Type: "supergroup", Members: []int64{luisID, anaID}})
	if err != nil {
		t.Fatal(err)
	}
	tab.click(fmt.Sprintf(`[data-person="%d"]`, group))
	tab.bot.say(t.Context(), group, "Caso 1", nil)
	tab.says(group, "Caso 1")
	if _, err := tab.server.Write(group, Draft{From: anaID, Text: "yo lo veo"}); err != nil {
		t.Fatal(err)
	}
	tab.says(group, "yo lo veo")
	phone := fmt.Sprintf("#phone-%d", group)
	if evaluate[bool](tab, fmt.Sprintf(`document.querySelector('%s .mine') !== null`, phone)) {
		t.Error("what another member wrote looks like one's own")
	}
	evaluate[bool](tab, fmt.Sprintf(`([...document.querySelectorAll('%s .message')].find((m) => m.innerText.includes('Caso 1')).querySelector('.reply-to').click(), true)`, phone))
	tab.wait(fmt.Sprintf(`document.querySelector('%s .reply-bar').innerText.includes('Caso 1')`, phone))
	tab.write(group, "le respondo")
	tab.wait(fmt.Sprintf(`document.querySelector('%s .mine .quote')?.innerText.includes('Caso 1')`, phone))
	if !evaluate[bool](tab, fmt.Sprintf(`document.querySelector('%s .reply-bar').hidden`, phone)) {
		t.Error("the next message would answer the same one again")
	}
	list, err := tab.server.Messages(group, 0)
	if err != nil {
		t.Fatal(err)
	}
	last := list[slices.IndexFunc(list, func(m Message) bool { return m.Text == "le respondo" })]
	if last.Text != "le respondo" || last.FromID != luisID || last.ReplyTo == 0 {
		t.Errorf("sent: %+v", last)
	}
}

func blockAndUnblock(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana)
	tab.start(anaID)
	tab.click(".more")
	tab.click(".more + .menu [role=menuitem]:nth-child(2)")
	tab.wait(`document.querySelector('.chat-status').textContent === 'blocked' && document.querySelector('.big').innerText === 'Unblock'`)
	tab.do(chromedp.Navigate(tab.web.URL + "/"))
	tab.wait(`document.querySelector('.big')?.innerText === 'Unblock'`)
	tab.click(".big")
	tab.wait(`document.querySelector('.composer').checkVisibility()`)
	tab.write(anaID, "volví")
	tab.says(anaID, "Recibido: volví")
}

func hostileInput(t *testing.T, b context.Context) {
	hostile := User{ID: anaID, FirstName: `<img src=x onerror="window.hurt=3">`, LastName: `</script><b>`, Username: "ana_paz"}
	tab := openTable(t, b, 1280, 800, hostile)
	tab.start(anaID)
	tab.write(anaID, hostileText)
	tab.says(anaID, "Recibido: "+hostileText)
	tab.write(anaID, "hostil")
	tab.wait(`[...document.querySelectorAll('.inline-text')].at(-1).textContent.startsWith('<img src=x')`)
	// What a broken or evil server could put into html, through the page's own
	// sanitiser.
	out := evaluate[string](tab, `(async () => {
	  const { rich } = await import('/emulator/static/rich.js');
	  const box = document.createElement('div');
	  box.append(rich('<b onclick="window.hurt=4">bold</b><a href="javascript:window.hurt=5">bad</a><a href="https://example.org/" onmouseover=1>good</a>'
	    + '<img src=x onerror="window.hurt=6"><svg onload="window.hurt=7"><script>window.hurt=8</'+'script><iframe src="//evil"></iframe>'
	    + '<form action=x><input></form><style>*{}</style><math><mi>m</mi></math><p style="x">para</p>'));
	  return box.innerHTML;
	})()`)
	tab.forgive() // the page's policy reports what it refused in the parsed copy
	want := `<strong>bold</strong>bad<a href="https://example.org/" target="_blank" rel="noopener noreferrer">good</a><p>para</p>`
	if out != want {
		t.Errorf("sanitised to\n%s\nwant\n%s", out, want)
	}
	if evaluate[bool](tab, `'hurt' in window || document.querySelectorAll('img, iframe, form:not(.composer):not([method=dialog])').length > 0`) {
		t.Error("markup from a person became part of the page")
	}
}

func colours(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana)
	dark := `(() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number); return r + g + b < 200; })()`
	tab.scheme("dark")
	tab.wait(dark)
	tab.scheme("light")
	tab.wait("!" + dark)
	tab.click("#theme")
	tab.wait(dark)
	tab.do(chromedp.Navigate(tab.web.URL + "/"))
	tab.wait(dark)
	tab.click("#theme")
	tab.scheme("dark")
	tab.wait("!" + dark)
}

func keyboardAlone(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana, luis)
	reach := func(selector string) {
		t.Helper()
		for range 40 {
			if evaluate[bool](tab, `Boolean(document.activeElement?.matches(`+fmt.Sprintf("%q", selector)+`))`) {
				ring := evaluate[string](tab, `(() => { const e = document.activeElement; const s = getComputedStyle(e.matches('textarea') ? e.parentElement : e); return s.outlineStyle !== 'none' && s.outlineWidth !== '0px' ? 'outline' : s.boxShadow; })()`)
				if ring == "none" {
					t.Errorf("%s shows no focus", selector)
				}
				return
			}
			tab.keys(kb.Tab)
		}
		t.Fatalf("Tab never reached %s", selector)
	}
	tab.keys(kb.Tab)
	if !evaluate[bool](tab, `document.activeElement.matches('.skip') && document.activeElement.getBoundingClientRect().top >= 0`) {
		t.Error("the first stop is not a visible skip link")
	}
	reach("#phone-5001 .big")
	tab.keys(kb.Enter)
	tab.says(anaID, "¿Dónde vive?")
	tab.wait(`document.activeElement.id === 'field-5001'`)
	tab.keys("hola")
	tab.keys(kb.Enter)
	tab.says(anaID, "Recibido: hola")
	// Back to the buttons: one stop for all of them, arrows inside.
	for range 12 {
		if evaluate[bool](tab, `document.activeElement.matches('.inline-button')`) {
			break
		}
		tab.keys(kb.Tab, chromedp.ModifierShift)
	}
	tab.wait(`document.activeElement.matches('.inline-button') && document.activeElement.textContent === 'Riohacha'`)
	if n := evaluate[int](tab, `[...document.querySelectorAll('#phone-5001 .inline-button')].filter((b) => b.tabIndex === 0).length`); n != 1 {
		t.Errorf("%d tab stops among the buttons, want 1", n)
	}
	tab.keys(kb.ArrowDown)
	tab.keys(kb.ArrowDown)
	tab.wait(`document.activeElement.textContent === 'Uribia'`)
	tab.keys(kb.Enter)
	tab.says(anaID, "Vive en uribia")
	tab.wait(`document.activeElement.matches('#phone-5001 .log')`)
	// A menu: opens on the first entry, Escape gives the focus back.
	reach("#phone-5001 .commands")
	tab.keys(kb.Enter)
	tab.wait(`document.activeElement.matches('[role=menuitem]')`)
	tab.keys(kb.ArrowDown)
	tab.wait(`document.activeElement.textContent.includes('/ayuda')`)
	tab.keys(kb.Escape)
	tab.wait(`document.activeElement.matches('#phone-5001 .commands')`)
}

func newPerson(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800)
	tab.wait(`!document.querySelector('#nobody').hidden`)
	tab.click("#add-first")
	tab.wait(`document.querySelector('#new-person').open`)
	tab.keys("Yuleisy")
	tab.keys(kb.Tab)
	tab.keys("Epiayú")
	tab.keys(kb.Tab)
	tab.keys("@yule_1")
	tab.keys(kb.Enter)
	tab.wait(`document.querySelector('.phone h2')?.textContent === 'Yuleisy Epiayú' && document.activeElement.matches('.big')`)
	users := tab.server.Users()
	if len(users) != 1 || users[0].Username != "yule_1" || users[0].LanguageCode != "es" {
		t.Fatalf("users: %+v", users)
	}
	tab.start(users[0].ID)
}

func narrowWindow(t *testing.T, b context.Context) {
	long := User{ID: luisID, FirstName: strings.Repeat("Maximiliano", 5), LastName: "Pushaina", LanguageCode: "es"}
	tab := openTable(t, b, 360, 640, ana, long)
	overflow := func(when string) {
		t.Helper()
		if w := evaluate[int](tab, `Math.max(document.documentElement.scrollWidth, document.body.scrollWidth, ...[...document.querySelectorAll('.log')].map((l) => l.scrollWidth - l.clientWidth + 360))`); w > 360 {
			t.Errorf("%s: %d px wide in a window of 360", when, w)
		}
	}
	overflow("before")
	tab.start(anaID)
	tab.write(anaID, strings.Repeat("x", 300))
	tab.says(anaID, "Recibido: xxx")
	tab.write(anaID, "archivo")
	tab.write(anaID, "teclado")
	tab.wait(`document.querySelector('.file') && document.querySelector('.reply')`)
	overflow("after long words, a file and a keyboard")
	if n := evaluate[int](tab, `document.querySelectorAll('.phone').length`); n != 1 {
		t.Errorf("%d phones in a narrow window, want 1", n)
	}
	tab.click(`[role=tab][data-person="5002"]`)
	tab.wait(`document.querySelector('#phone-5002') && document.querySelector('[data-person="5002"]').getAttribute('aria-selected') === 'true'`)
	overflow("with a long name")
	tab.start(luisID)
	evaluate[chromedp.Void](tab, `document.documentElement.style.fontSize = '200%'`)
	overflow("with letters twice as large")
	if evaluate[bool](tab, `(() => { const [a, b] = [".local span", ".top-end"].map((s) => document.querySelector(s).getBoundingClientRect()); return a.right > b.left && a.bottom > b.top + 1; })()`) {
		t.Error("large letters run over each other in the head of the page")
	}
}

func connectionLost(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 800, ana)
	tab.start(anaID)
	tab.click("#field-5001")
	tab.keys("a medio escribir")
	// The emulator goes away: streams end, requests are refused.
	address := tab.web.Listener.Addr().String()
	tab.web.CloseClientConnections()
	tab.web.Listener.Close()
	tab.web.CloseClientConnections()
	tab.wait(`!document.querySelector('#lost').hidden`)
	tab.keys(" y enviado")
	tab.keys(kb.Enter)
	tab.wait(`document.querySelector('.unsent.failed')?.innerText.includes('a medio escribir y enviado')`)
	tab.keys("otra cosa")
	again := &http.Server{Addr: address, Handler: tab.server}
	done := make(chan error, 1)
	go func() { done <- again.ListenAndServe() }()
	t.Cleanup(func() {
		again.Close()
		<-done
	})
	tab.wait(`document.querySelector('#lost').hidden`)
	tab.forgive() // the browser reports each refused connection
	tab.wait(`document.activeElement.value === 'otra cosa'`)
	tab.click(".unsent .link")
	tab.says(anaID, "Recibido: a medio escribir y enviado")
	tab.wait(`!document.querySelector('.unsent')`)
	tab.do(chromedp.Navigate(tab.web.URL + "/"))
	tab.wait(`document.querySelector('#field-5001')?.value === 'otra cosa'`)
}

// rules loads axe-core and returns what checks the page against the WCAG 2.2 A
// and AA rules.
func (tab *table) rules() func(when string) {
	tab.t.Helper()
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		tab.t.Fatal(err)
	}
	evaluate[chromedp.Void](tab, string(axe)+";void 0")
	// What slides or fades in would be measured half way.
	settled := `document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity)`
	return func(when string) {
		tab.t.Helper()
		tab.wait(settled)
		found := evaluate[[]string](tab, `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], rules: { 'target-size': { enabled: true } } })
			.then((r) => (r.passes.length < 15 ? ['only ' + r.passes.length + ' rules had anything to check'] : []).concat(r.violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.target.join(' ') + ': ' + n.failureSummary))))`)
		for _, violation := range found {
			tab.t.Errorf("%s: %s", when, violation)
		}
	}
}

// accessibility runs the WCAG 2.2 A and AA rules of axe-core over a chat with
// everything in it.
func accessibility(t *testing.T, b context.Context) {
	tab := openTable(t, b, 1280, 900, ana, luis)
	tab.start(anaID)
	for _, text := range []string{"botones", "archivo", "lugar", "teclado"} {
		tab.write(anaID, text)
	}
	tab.bot.call(tab.ctx, "sendMessage", map[string]any{"chat_id": anaID, "parse_mode": "HTML",
		"text": "<b>Código</b> <tg-spoiler>4821</tg-spoiler><blockquote>cita</blockquote> <a href=\"https://example.org/\">enlace</a>"})
	for _, draft := range []Draft{{Voice: &DraftFile{}}, {Photo: &DraftFile{}}, {Sticker: &DraftFile{}}} {
		if _, err := tab.server.Write(anaID, draft); err != nil {
			t.Fatal(err)
		}
	}
	tab.wait(`document.querySelectorAll('.inline-button').length >= 6 && document.querySelector('.file, .place') && document.querySelector('.spoiler') && document.querySelector('.reply')`)
	check := tab.rules()
	tab.scheme("light")
	check("wide and light")
	tab.scheme("dark")
	check("wide and dark")
	tab.do(chromedp.EmulateViewport(390, 844))
	tab.wait(`document.querySelectorAll('.phone').length === 1`)
	check("narrow and dark")
	tab.scheme("light")
	tab.click(".attach")
	check("narrow and light, with a menu open")
	tab.keys(kb.Escape)
	tab.click("#add-person")
	check("narrow and light, with the form open")
}
