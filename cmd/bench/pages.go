package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/programme"
	"arraigo/store"
)

// How many people there are while the console is looked at, and in a list alone.
const (
	registered = 100_000
	listed     = 200_000
)

// maxPage is what a page of the console may take at the most, in milliseconds.
const maxPage = 100

// sheetRows is how many rows the spreadsheet has that is looked at: the most that
// the console takes.
const sheetRows = 5000

// pagesOf are the pages of the console by their addresses. Those of people follow
// whom the bench finds.
var pagesOf = []string{
	"/console/", "/console/me",
	"/console/people", "/console/people?town=54001", "/console/people?line=emprendimiento", "/console/people?line=inclusion_laboral&outcome=CUMPLE_PRELIMINAR",
	"/console/people?town=54001&line=emprendimiento&outcome=CUMPLE_PRELIMINAR", "/console/people?language=es", "/console/people/file",
	"/console/requests", "/console/requests/new", "/console/inbox", "/console/referrals", "/console/reports",
	"/console/vacancies", "/console/vacancies/new", "/console/vacancies/V-01", "/console/vacancies/V-01/edit", "/console/vacancies/export?format=xlsx&state=all",
	"/console/courses", "/console/courses/new", "/console/courses/C-01", "/console/courses/C-01/edit",
	"/console/events", "/console/events/new", "/console/events/E-08", "/console/events/E-08/edit", "/console/events/E-08/attendance", "/console/events/E-08/print",
	"/console/outreach", "/console/outreach/new", "/console/outreach/a-bench",
	"/console/numbers", "/console/numbers?days=30", "/console/numbers?days=365", "/console/numbers/report?days=30", "/console/numbers/file.xlsx?days=30",
	"/console/content", "/console/content/texts", "/console/content/texts/menu.menu_choice.ask", "/console/content/texts/menu.menu_choice.ask/es",
	"/console/content/calls", "/console/content/figures", "/console/content/lines", "/console/content/history",
	"/console/team", "/console/team/new", "/console/audit",
}

// An officer is somebody of the team at the console.
type officer struct {
	http *http.Client
	base string
}

// console measures how long each page of the console takes with many people, in
// the program as it is delivered, from the request to the last byte.
func (b *bench) console(ctx context.Context) ([]row, error) {
	c, err := b.campaign(ctx, "console", campaigning{rate: paidRate})
	if err != nil {
		return nil, err
	}
	defer c.close()
	like, err := screened(ctx, c.store, c.set, c.now, 256)
	if err != nil {
		return nil, err
	}
	one, err := c.inhabit(ctx, like)
	if err != nil {
		return nil, err
	}
	o, err := c.signIn(ctx)
	if err != nil {
		return nil, err
	}
	pages := append(slices.Clone(pagesOf), "/console/people?q="+one.Reference(), "/console/people/"+string(one), "/console/people/"+string(one)+"/correct", "/console/people/"+string(one)+"/request")
	preview, upload, err := o.sheet(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]row, 0, 3)
	worst, err := o.slowest(ctx, append(pages, preview), b.rounds(30))
	if err != nil {
		return nil, err
	}
	rows = append(rows, row{
		what: "page of the console, the slowest, p95", target: fmt.Sprintf("≤ %d ms", maxPage),
		figure: fmt.Sprintf("%.0f ms", worst[0].p95), verdict: judged(worst[0].p95, maxPage),
		notes: append([]string{fmt.Sprintf("with %s people; %d pages, from the request to the last byte on this machine; the slowest:", thousands(registered), len(worst))},
			slowestFirst(worst)...),
	}, row{
		what: fmt.Sprintf("taking a spreadsheet of %s rows", thousands(sheetRows)), figure: fmt.Sprintf("%.0f ms", upload),
		notes: []string{"sending it, and working out what each row would do: no page, and done once; the preview is among the pages"},
	})
	if err := c.more(ctx, like, registered, listed); err != nil {
		return nil, err
	}
	worst, err = o.slowest(ctx, []string{"/console/people", "/console/people?town=54001"}, b.rounds(30))
	if err != nil {
		return nil, err
	}
	return append(rows, row{
		what: fmt.Sprintf("list of %s people, p95", thousands(listed)), target: fmt.Sprintf("≤ %d ms", maxPage),
		figure: fmt.Sprintf("%.0f ms", worst[0].p95), verdict: judged(worst[0].p95, maxPage), notes: slowestFirst(worst),
	}), nil
}

// inhabit lets people be there, an offer of everything, places taken and an
// announcement that is over, and returns one of the people.
func (c *campaign) inhabit(ctx context.Context, like *listeners) (one store.ContactID, err error) {
	samples, err := c.set.Data.Samples(programme.DateOf(c.now))
	if err != nil {
		return "", err
	}
	if err := c.store.PutCatalogue(ctx, samples); err != nil {
		return "", err
	}
	if err := c.more(ctx, like, 0, registered); err != nil {
		return "", err
	}
	event := store.Offer{Kind: store.OfferEvent, ID: "E-08", Version: 1, Standing: programme.StandingOpen, Ends: c.now.AddDate(0, 6, 0)}
	for i := range 200 {
		if _, err := c.store.Reserve(ctx, event, c.store.ContactID(hidden+int64(i)), 1, c.now); err != nil {
			return "", err
		}
	}
	_, err = c.store.CreateOutreach(ctx, store.Outreach{
		ID: "a-bench", Kind: store.KindAnnouncement, State: store.OutreachPaused, Topic: "offers", Title: "Feria",
		Content: map[string]store.Piece{"es": {HTML: announced}}, Created: c.now, Size: registered,
	})
	return c.store.ContactID(hidden), err
}

// more lets there be as many people as to, of whom from are there, each like one
// who was screened.
func (c *campaign) more(ctx context.Context, like *listeners, from, to int) error {
	return settle(ctx, c.store, c.now, to-from, func(i int) listener { return like.one(from+i, hidden+int64(from+i)) })
}

// signIn lets somebody who may do all into the console.
func (c *campaign) signIn(ctx context.Context) (*officer, error) {
	m, err := c.store.EnsureAdmin(ctx, 1, c.now)
	if err != nil {
		return nil, err
	}
	m.Reports = true
	if m, err = c.store.ChangeStaff(ctx, m); err != nil {
		return nil, err
	}
	code, err := c.store.NewLogin(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	o := &officer{&http.Client{Jar: jar, Timeout: time.Minute}, "http://" + c.address}
	form := url.Values{"code": {code}}.Encode()
	_, at, err := o.call(ctx, http.MethodPost, "/console/enter", "application/x-www-form-urlencoded", []byte(form))
	if err == nil && at != "/console/" {
		err = fmt.Errorf("sign-in leads to %s", at)
	}
	return o, err
}

// call asks for a page and reads all of it; at is where it led.
func (o *officer) call(ctx context.Context, method, path, kind string, body []byte) (page []byte, at string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, o.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Origin", o.base)
	answer, err := o.http.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	page, err = io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, answer.Status)
	}
	return page, answer.Request.URL.Path, err
}

// A timed page is how long one took, in milliseconds.
type timed struct {
	path string
	p95  float64
}

// slowest asks for each of the pages so many times, in turns, and sorts them.
func (o *officer) slowest(ctx context.Context, pages []string, times int) ([]timed, error) {
	took := make([][]time.Duration, len(pages))
	for range times {
		for i, path := range pages {
			began := time.Now()
			if _, _, err := o.call(ctx, http.MethodGet, path, "", nil); err != nil {
				return nil, err
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	all := make([]timed, len(pages))
	for i, path := range pages {
		all[i] = timed{path, percentile(milliseconds(took[i]), 95)}
	}
	slices.SortFunc(all, func(a, b timed) int { return int(b.p95*1000) - int(a.p95*1000) })
	return all, nil
}

// slowestFirst are the first five of some pages, a line each.
func slowestFirst(all []timed) (lines []string) {
	for _, t := range all[:min(5, len(all))] {
		path := t.path
		if strings.HasPrefix(path, "/console/people/") && path != "/console/people/file" {
			path = "/console/people/{id}"
		}
		if strings.HasPrefix(path, "/console/import/") {
			path = "/console/import/vacancies/{upload}"
		}
		lines = append(lines, fmt.Sprintf("%.0f ms %s", t.p95, path))
	}
	return lines
}

// sheet sends a spreadsheet made of one offer of work, and returns the address of
// its preview and how long taking it took, in milliseconds.
func (o *officer) sheet(ctx context.Context) (preview string, took float64, err error) {
	page, _, err := o.call(ctx, http.MethodGet, "/console/vacancies/export?format=csv&state=all", "", nil)
	if err != nil {
		return "", 0, err
	}
	have, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(page, []byte("\ufeff")))).ReadAll()
	if err != nil || len(have) < 2 {
		return "", 0, fmt.Errorf("the sample has %d rows: %w", len(have), err)
	}
	id := slices.Index(have[0], "id")
	rows := [][]string{have[0]}
	for i := range sheetRows {
		row := slices.Clone(have[1+i%(len(have)-1)])
		row[id] = "N-" + strconv.Itoa(i)
		rows = append(rows, row)
	}
	var sheet, body bytes.Buffer
	if err := csv.NewWriter(&sheet).WriteAll(rows); err != nil {
		return "", 0, err
	}
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "ofertas.csv")
	if err == nil {
		_, err = part.Write(sheet.Bytes())
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return "", 0, err
	}
	began := time.Now()
	_, preview, err = o.call(ctx, http.MethodPost, "/console/import/vacancies", w.FormDataContentType(), body.Bytes())
	return preview, float64(time.Since(began)) / float64(time.Millisecond), err
}
