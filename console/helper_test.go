package console

import (
	"bytes"
	"context"
	"errors"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"
)

// now is when the tests of the console take place.
var now = time.Date(2026, 12, 2, 15, 30, 0, 0, time.UTC)

var loadSet = sync.OnceValues(func() (*flows.Set, error) {
	catalog, err := locales.Load(locales.Files())
	if err != nil {
		return nil, err
	}
	data, err := programme.Load(programme.Files())
	if err != nil {
		return nil, err
	}
	calls, err := actionNames()
	if err != nil {
		return nil, err
	}
	return flows.Load(flows.Config{
		Catalog: catalog, Data: data, Round: data.Calls.All()[0], Calls: calls,
		Policy: flows.Policy{Version: 1, Entity: "Entidad de prueba", Contact: "prueba@example.org", Dated: 1760000000},
	})
})

// actionNames are all actions that the flows name: which of them the bot runs is
// no matter of the console, which does not know it.
func actionNames() (names []string, err error) {
	files, err := fs.Glob(flows.Files(), "*.yaml")
	if err != nil {
		return nil, err
	}
	named := regexp.MustCompile(`action: ([a-z_]+)`)
	for _, file := range files {
		text, err := fs.ReadFile(flows.Files(), file)
		if err != nil {
			return nil, err
		}
		for _, m := range named.FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
	}
	return names, nil
}

// shipped is the content that the program is delivered with.
func shipped(t testing.TB) *flows.Set {
	t.Helper()
	set, err := loadSet()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// A team is a console in front of a Redis of its own, with one member of each
// role.
type team struct {
	t      testing.TB
	store  *store.Store
	server *Server
	web    *httptest.Server
	staff  map[store.Role]store.Staff
	log    *logBook
	now    time.Time

	people atomic.Int64 // how many there are; see person

	walking store.Role // whose turn it is in a walk over the routes
	updates int64      // of the people on the stage
}

// newTeam makes one with the sample catalogue. change may alter the
// configuration.
func newTeam(t testing.TB, change ...func(*Config)) *team {
	t.Helper()
	return newTeamOn(t, storetest.Open(t, store.Config{}), change...)
}

// newTeamOn makes one on that store.
func newTeamOn(t testing.TB, s *store.Store, change ...func(*Config)) *team {
	t.Helper()
	g := &team{t: t, store: s, staff: map[store.Role]store.Staff{}, log: new(logBook), now: now}
	c := Config{
		Store: func() *store.Store { return g.store }, Set: shipped(t).Itself, Now: func() time.Time { return g.now },
		Logger: slog.New(slog.NewTextHandler(g.log, nil)), Demo: true, Patience: time.Nanosecond,
		Bot: Bot{
			Username: func() string { return "ArraigoPruebaBot" },
			DataFile: func(_ context.Context, id store.ContactID, name string) ([]byte, error) {
				return []byte("datos de " + id.Reference() + " " + name), nil
			},
			Media:        func(_ context.Context, id string) ([]byte, error) { return []byte("\xff\xd8\xff archivo " + id), nil },
			TestOutreach: func(context.Context, store.Staff, store.Outreach) error { return nil },
		},
	}
	for _, f := range change {
		f(&c)
	}
	var err error
	if g.server, err = New(c); err != nil {
		t.Fatal(err)
	}
	g.web = httptest.NewServer(g.server)
	t.Cleanup(g.web.Close)
	samples, err := c.Set().Data.Samples(c.Set().Today(now))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.store.PutCatalogue(t.Context(), samples); err != nil {
		t.Fatal(err)
	}
	for i, role := range store.Roles() {
		g.staff[role] = g.join(store.Staff{Name: "Persona " + string(role), Role: role, Reports: role == store.RoleAdmin}, int64(700+i))
	}
	return g
}

// join makes a member who has accepted.
func (g *team) join(m store.Staff, chat int64) store.Staff {
	g.t.Helper()
	_, code, err := g.store.InviteStaff(context.Background(), m, g.now)
	if err != nil {
		g.t.Fatal(err)
	}
	if m, err = g.store.AcceptInvitation(context.Background(), code, chat, g.now); err != nil {
		g.t.Fatal(err)
	}
	return m
}

// A logBook takes the lines of many requests.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// count is how often a text was logged.
func (b *logBook) count(text string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Count(b.text.String(), text)
}

// A client is one browser without a screen: it keeps cookies and says that its
// POSTs come from a page of the console.
type client struct {
	t    testing.TB
	base string
	http *http.Client
}

// A page is what came back.
type page struct {
	status int
	header http.Header
	body   string
	path   string // where it was in the end
}

// stranger is a browser in which nobody is signed in.
func (g *team) stranger() *client {
	g.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		g.t.Fatal(err)
	}
	return &client{t: g.t, base: g.web.URL, http: &http.Client{Jar: jar}}
}

// as is a browser in which a member of that role is signed in.
func (g *team) as(role store.Role) *client {
	g.t.Helper()
	return g.of(g.staff[role].ID)
}

// of is a browser in which the member of that id is signed in.
func (g *team) of(id string) *client {
	g.t.Helper()
	code, err := g.store.NewLogin(context.Background(), id)
	if err != nil {
		g.t.Fatal(err)
	}
	c := g.stranger()
	if p := c.post("/console/enter", url.Values{"code": {code}}); p.status != http.StatusOK || p.path != Root {
		g.t.Fatalf("sign-in: %d at %s", p.status, p.path)
	}
	return c
}

func (c *client) get(path string) page {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodGet, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(r)
}

// post sends a form as a page of the console would.
func (c *client) post(path string, form url.Values) page {
	c.t.Helper()
	r := c.request(path, form)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", c.base)
	return c.do(r)
}

// request is a POST without the browser's word of where it comes from.
func (c *client) request(path string, form url.Values) *http.Request {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// upload is a post that brings a spreadsheet along.
func (c *client) upload(path string, form url.Values, file []byte) page {
	c.t.Helper()
	return c.enclose(path, form, "hoja.csv", file)
}

// enclose is a post that brings a file of that name along.
func (c *client) enclose(path string, form url.Values, name string, file []byte) page {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, values := range form {
		for _, value := range values {
			if err := w.WriteField(field, value); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = part.Write(file)
	if err := errors.Join(err, w.Close()); err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, c.base+path, &body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(r)
}

func (c *client) do(r *http.Request) page {
	c.t.Helper()
	answer, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Header, string(body), answer.Request.URL.Path}
}

// has fails the test unless the page shows every one of the texts.
func (p page) has(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			t.Errorf("%s (%d) does not show %q:\n%s", p.path, p.status, text, p.body)
		}
	}
}

// lacks fails the test if the page shows one of the texts.
func (p page) lacks(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			t.Errorf("%s (%d) shows %q", p.path, p.status, text)
		}
	}
}

// field is the value of a hidden field of the page's form.
func (p page) field(t testing.TB, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("%s has no field %s", p.path, name)
	}
	return m[1]
}

// nextLink is where a list goes on.
var nextLink = regexp.MustCompile(`href="([^"]*)" rel="next"`)

// unescape reads an address as a page writes it.
func unescape(address string) string { return html.UnescapeString(address) }
