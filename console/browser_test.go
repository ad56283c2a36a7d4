package console

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

	"arraigo/store"
)

// axe looks for what keeps people from using a page; testdata/axe says whose it
// is.
//
//go:embed testdata/axe/axe.min.js
var axe string

// shots is where the pictures of TestScreens go; without it there are none.
var shots = flag.String("shots", "", "write a picture of every page of the console into this folder")

// only narrows TestScreens while somebody works on some pages.
var only = flag.String("only", "", "of the pages of the console, look at those whose names begin with one of these, parted by commas")

// A screen is one page as TestScreens looks at it.
type screen struct {
	name  string
	role  store.Role         // "" for nobody
	path  string             // of the page
	make  func(*team) string // sets the stage and returns the path, when path is not enough
	then  string             // JavaScript to run before it is looked at, such as a click
	until string             // JavaScript that is true once then has done its work
}

// screens are all pages, each in the role that sees most of it.
func screens() []screen {
	var all []screen
	for _, part := range [][]screen{baseScreens(), catalogueScreens(), outreachScreens(), numbersScreens(), peopleScreens(), inboxScreens(), contentScreens(), reportScreens(), referralScreens()} {
		all = append(all, part...)
	}
	return all
}

func baseScreens() []screen {
	return []screen{
		{name: "sign-in", path: "/console/sign-in"},
		{name: "enter", make: func(g *team) string {
			code, err := g.store.NewLogin(g.t.Context(), g.staff[store.RoleOfficer].ID)
			if err != nil {
				g.t.Fatal(err)
			}
			return "/console/enter?code=" + code
		}},
		{name: "used-link", path: "/console/enter?code=x"},
		{name: "today", role: store.RoleAdmin, path: "/console/"},
		{name: "today-viewer", role: store.RoleViewer, path: "/console/"},
		{name: "me", role: store.RoleOfficer, path: "/console/me"},
		{name: "team", role: store.RoleAdmin, path: "/console/team"},
		{name: "team-new", role: store.RoleAdmin, path: "/console/team/new"},
		{name: "team-refused", role: store.RoleAdmin, path: "/console/team/new", then: `document.querySelector('.sheet button.primary').click()`, until: `document.getElementById('errors')`},
		{name: "member", role: store.RoleAdmin, make: member},
		{name: "remove", role: store.RoleAdmin, make: func(g *team) string { return member(g) + "/remove" }},
		{name: "audit", role: store.RoleAdmin, path: "/console/audit"},
		{name: "forbidden", role: store.RoleViewer, path: "/console/team"},
		{name: "not-found", role: store.RoleViewer, path: "/console/nothing"},
		{name: "menu", role: store.RoleAdmin, path: "/console/", then: `(document.querySelector('.drawer summary').checkVisibility() && document.querySelector('.drawer summary').click(), 1)`, until: `document.querySelector('main')`},
	}
}

// startBrowser starts one headless Chromium.
func startBrowser(t *testing.T) context.Context {
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
			t.Skip("no Chromium in PATH: the console is not tested in a browser (install the package chromium; with CI set this fails)")
		}
		t.Fatal("no Chromium in PATH and CI is set: install the package chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("accept-lang", "es"),
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

// A tab is one tab of the browser in front of a console. Everything that it
// requests and complains of is watched.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu         sync.Mutex
	requests   []string
	bytes      float64
	complaints []string
}

// open opens a tab in a profile of its own. With a role, its member is signed in.
func (g *team) open(t *testing.T, browser context.Context, role store.Role) *tab {
	t.Helper()
	b := &tab{t: t, base: g.web.URL}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancelTime)
	b.ctx = ctx
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	b.size(1440, 900)
	if role != "" {
		code, err := g.store.NewLogin(t.Context(), g.staff[role].ID)
		if err != nil {
			t.Fatal(err)
		}
		b.load("/console/enter?code=" + code)
		b.run(`document.querySelector('button.primary').click()`)
		b.wait(`document.querySelector('.account')`)
	}
	return b
}

func (b *tab) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *network.EventLoadingFinished:
		b.bytes += e.EncodedDataLength
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.complaints = append(b.complaints, fmt.Sprintf("console %s", e.Type))
		}
	case *log.EventEntryAdded:
		// A page that says 403 or 422 is meant to.
		if (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) && !strings.Contains(e.Entry.Text, "the server responded with a status of 4") {
			b.complaints = append(b.complaints, "log: "+e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// quiet fails the test for a request that left the console and for anything that
// the browser complained of.
func (b *tab) quiet(what string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.requests {
		// The browser's own pictures, such as that of a calendar, come as data.
		if !strings.HasPrefix(url, b.base+"/console") && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			b.t.Errorf("%s: a request left the console: %s", what, url)
		}
	}
	for _, complaint := range b.complaints {
		b.t.Errorf("%s: the browser complained: %s", what, complaint)
	}
	b.complaints, b.requests = nil, nil
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) size(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

func (b *tab) load(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
	b.wait(`document.readyState === 'complete'`)
}

// run runs a statement.
func (b *tab) run(script string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](script+`; undefined`)); err != nil && !strings.Contains(err.Error(), "undefined") {
		b.t.Fatalf("%s: %v", script, err)
	}
}

// wait until the JavaScript expression is true; at most thirty seconds. A page
// that gives way to the next one meanwhile, or has not come to what it asks about,
// is no error.
func (b *tab) wait(expression string) {
	b.t.Helper()
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		_, err = chromedp.Run(b.ctx, chromedp.Poll[bool](`(() => { try { return Boolean(`+expression+`) } catch { return false } })()`, chromedp.WithPollingInterval(15*time.Millisecond), chromedp.WithPollingTimeout(30*time.Second)))
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "-32000") {
			break
		}
	}
	body, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	b.t.Fatalf("never true: %s (%v)\n%s", expression, err, body)
}

func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// scheme makes the browser prefer light or dark colours.
func (b *tab) scheme(value string) {
	b.t.Helper()
	_, err := cdp.Call(b.ctx, chromedp.FromContext(b.ctx).Target, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
	if err != nil {
		b.t.Fatal(err)
	}
}

// A violation is one finding of axe.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// What axe looks for: WCAG 2.2 A and AA, and what it holds to be good practice.
// Other colours change the contrast only.
const (
	axeAll      = `{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}`
	axeContrast = `{runOnly: {type: 'rule', values: ['color-contrast']}, resultTypes: ['violations']}`
)

// accessible fails the test for everything that axe finds, and for a page wider
// than the screen.
func (b *tab) accessible(what, rules string) {
	b.t.Helper()
	if !ask[bool](b, `typeof axe === 'object'`) {
		b.run(axe)
	}
	var found []violation
	text := ask[string](b, `axe.run(document, `+rules+`).then((r) => JSON.stringify(r.violations))`)
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range found {
		for _, n := range v.Nodes {
			b.t.Errorf("%s: %s (%s): %s\n\t%s\n\t%s", what, v.ID, v.Impact, v.Help, n.HTML, n.FailureSummary)
		}
	}
	if over := ask[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.t.Errorf("%s: the page is %d pixels wider than the screen", what, over)
	}
}

func (b *tab) picture(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(*shots, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name), picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// TestScreens opens every page on a phone and on a desk, in light and in dark.
func TestScreens(t *testing.T) {
	browser := startBrowser(t)
	g := newTeam(t)
	g.stage()
	tabs := map[store.Role]*tab{}
	for _, s := range screens() {
		if !slices.ContainsFunc(strings.Split(*only, ","), func(name string) bool { return strings.HasPrefix(s.name, name) }) {
			continue
		}
		if tabs[s.role] == nil {
			tabs[s.role] = g.open(t, browser, s.role)
		}
		b := tabs[s.role]
		path := s.path
		if s.make != nil {
			path = s.make(g)
		}
		for _, size := range []struct{ width, height int64 }{{360, 740}, {1440, 900}} {
			b.size(size.width, size.height)
			b.scheme("light")
			b.load(path)
			if s.then != "" {
				b.run(s.then)
				b.wait(s.until)
			}
			for scheme, rules := range map[string]string{"light": axeAll, "dark": axeContrast} {
				what := fmt.Sprintf("%s at %d, %s", s.name, size.width, scheme)
				b.scheme(scheme)
				b.accessible(what, rules)
				b.picture(fmt.Sprintf("%s-%d-%s.png", s.name, size.width, scheme))
				b.quiet(what)
			}
		}
	}
}

// TestFirstPageIsLight counts what a browser fetches that has nothing yet: the
// page of the link, the first page and all that they need.
func TestFirstPageIsLight(t *testing.T) {
	g := newTeam(t)
	b := g.open(t, startBrowser(t), store.RoleAdmin)
	b.mu.Lock()
	if len(b.requests) < 4 {
		t.Errorf("only %d requests were seen: the watch does not work", len(b.requests))
	}
	fetched := b.bytes
	b.mu.Unlock()
	if fetched < 5_000 || fetched > 60_000 {
		t.Errorf("signing in and the first page fetched %.0f bytes, want less than 60,000", fetched)
	}
}
