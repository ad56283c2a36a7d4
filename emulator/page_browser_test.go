package emulator

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser starts one headless Chromium for all the tests of the page.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "" {
			t.Skip("no Chromium in PATH: the chat page is not tested in a browser (install the package chromium; with CI set this fails)")
		}
		t.Fatal("no Chromium in PATH and CI is set: install the package chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		end()
		stop()
	})
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// table is the chat page in one tab, in front of an emulator and a bot of its
// own. Every request and every complaint of the browser is watched.
type table struct {
	t      *testing.T
	ctx    context.Context
	server *Server
	web    *httptest.Server
	bot    *pageBot

	mu         sync.Mutex
	requests   []string
	complaints []string
}

// openTable opens the page with the given people at the given size.
func openTable(t *testing.T, browser context.Context, width, height int64, people ...User) *table {
	t.Helper()
	return openTableOf(t, browser, Config{}, width, height, people...)
}

func openTableOf(t *testing.T, browser context.Context, cfg Config, width, height int64, people ...User) *table {
	t.Helper()
	tab := &table{t: t}
	cfg.AllowInsecureWebhook = true
	tab.server = New(cfg)
	tab.web = httptest.NewServer(tab.server)
	for _, person := range people {
		tab.server.AddUser(person)
	}
	t.Cleanup(tab.web.Close)
	// The bot has a way in of its own, so that a test can cut the page off.
	bots := httptest.NewServer(tab.server)
	t.Cleanup(bots.Close)
	t.Cleanup(tab.server.Close)
	tab.bot = startPageBot(t, bots.URL, tab.server.Token())
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancelTime)
	tab.ctx = ctx
	if err := chromedp.Listen(ctx, tab.watch); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.noComplaints)
	tab.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(tab.web.URL+"/"))
	if len(people) > 0 {
		tab.wait(`document.querySelector('.phone .big:not(:disabled), .phone .message')`)
	}
	return tab
}

func (tab *table) watch(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		tab.requests = append(tab.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		tab.complaints = append(tab.complaints, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			tab.complaints = append(tab.complaints, fmt.Sprintf("console %s", e.Type))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			tab.complaints = append(tab.complaints, "log: "+e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// noComplaints fails the test for a request that left the origin and for
// anything that the browser wrote into its console as an error.
func (tab *table) noComplaints() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, url := range tab.requests {
		if !strings.HasPrefix(url, tab.web.URL+"/") {
			tab.t.Errorf("a request left the page's origin: %s", url)
		}
	}
	for _, complaint := range tab.complaints {
		tab.t.Errorf("the browser complained: %s", complaint)
	}
	if len(tab.requests) == 0 {
		tab.t.Error("no request was seen: the watch does not work")
	}
}

// forgive drops the complaints so far, where a test broke something on purpose.
func (tab *table) forgive() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.complaints = nil
}

func (tab *table) do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, steps...); err != nil {
		tab.t.Fatal(err)
	}
}

// wait until the JavaScript expression is true; at most thirty seconds, for a busy machine.
func (tab *table) wait(expression string) {
	tab.t.Helper()
	_, err := chromedp.Run(tab.ctx, chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingInterval(15*time.Millisecond), chromedp.WithPollingTimeout(30*time.Second)))
	if err != nil {
		body, _ := chromedp.Run(tab.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		tab.t.Fatalf("never true: %s (%v)\n%s", expression, err, body)
	}
}

// says waits until the conversation of the person shows the text.
func (tab *table) says(id int64, text string) {
	tab.t.Helper()
	tab.wait(fmt.Sprintf(`document.querySelector('#phone-%d .log')?.innerText.includes(%q)`, id, text))
}

func evaluate[T any](tab *table, expression string) T {
	tab.t.Helper()
	v, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// click with the mouse at the middle of the element, once it stands still: a
// conversation that is still gliding to its end would take the click elsewhere.
func (tab *table) click(selector string) {
	tab.t.Helper()
	tab.wait(fmt.Sprintf(`document.querySelector(%q)`, selector))
	evaluate[bool](tab, fmt.Sprintf(`new Promise((still) => {
	  let last = '';
	  const look = () => {
	    const box = document.querySelector(%q)?.getBoundingClientRect();
	    const now = box ? box.x + ' ' + box.y : 'gone';
	    if (now === last) { still(true); return; }
	    last = now;
	    setTimeout(look, 50);
	  };
	  look();
	})`, selector))
	ctx, cancel := context.WithTimeout(tab.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Click(selector, chromedp.NodeVisible)); err != nil {
		tab.t.Fatalf("click %s: %v", selector, err)
	}
}

// keys typed wherever the focus is.
func (tab *table) keys(keys string, modifiers ...chromedp.Modifier) {
	tab.t.Helper()
	tab.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// write types a text into the person's field and sends it with Enter.
func (tab *table) write(id int64, text string) {
	tab.t.Helper()
	tab.click(fmt.Sprintf("#field-%d", id))
	tab.keys(text)
	tab.keys(kb.Enter)
}

// start presses the big button and waits for the bot's question.
func (tab *table) start(id int64) {
	tab.t.Helper()
	tab.click(fmt.Sprintf("#phone-%d .big:not(:disabled)", id))
	tab.says(id, "¿Dónde vive?")
}

// scheme makes the browser prefer light or dark colours.
func (tab *table) scheme(value string) {
	tab.t.Helper()
	_, err := cdp.Call(tab.ctx, chromedp.FromContext(tab.ctx).Target, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
	if err != nil {
		tab.t.Fatal(err)
	}
}
