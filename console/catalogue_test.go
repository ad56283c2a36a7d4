package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

// stages counts what walks put into the catalogue, so that each has its own.
var stages int

// A staged row has the marker in every text.
func stagedVacancy() programme.Vacancy {
	stages++
	pay := int64(1_950_000)
	return programme.Vacancy{
		ID: fmt.Sprintf("T-%d", stages), Title: "Cocina " + marker, Occupation: "941", Employer: marker, EmployerVerified: programme.StatedYes,
		Municipality: "54001", Mode: programme.OnSite, Tasks: "Domiciliario: reparto con aplicación de domicilios. " + marker, Posts: 2,
		Contract: programme.Indefinite, Written: programme.StatedYes, Pay: &pay, PayKind: programme.FixedPay, Transport: programme.StatedYes,
		Hours: 24, Days: 3, Schedule: marker, Surcharges: programme.NotApplicable, FeeDetail: "",
		Health: programme.StatedYes, Pension: programme.StatedYes, AccidentCover: programme.StatedYes, FamilyFund: programme.StatedYes,
		MinAge: 18, Photo: programme.StatedNo, Requirements: marker, Documents: []string{"CC", "PPT"}, KeepsDocuments: programme.StatedNo,
		Schooling: "ninguna", RiskClass: 1, SPECode: marker, Starts: programme.Date{Year: 2026, Month: 12, Day: 15},
		Published: programme.Date{Year: 2026, Month: 11, Day: 16}, Expires: programme.Date{Year: 2026, Month: 12, Day: 20}, Contact: marker,
	}
}

func stagedCourse() programme.Course {
	stages++
	return programme.Course{
		ID: fmt.Sprintf("K-%d", stages), Title: marker, Line: programme.InclusionLaboral, Kind: "tecnico", Organiser: marker, Mode: programme.OnSite,
		Municipality: "54001", Hours: 12, Starts: programme.Date{Year: 2026, Month: 12, Day: 1}, Ends: programme.Date{Year: 2026, Month: 12, Day: 9},
		Schedule: marker, Places: 2, Requirements: marker, Documents: []string{"CC"}, Certificate: "asistencia", State: "abierto",
	}
}

func stagedEvent() programme.Event {
	stages++
	return programme.Event{
		ID: fmt.Sprintf("F-%d", stages), Title: marker, Kind: "taller", Line: programme.IntegracionComunitaria, Organiser: marker, Municipality: "54001",
		Place: marker, On: programme.Date{Year: 2026, Month: 12, Day: 2}, Starts: "08:00", Ends: "12:00", Places: 50, SignUp: programme.StatedYes,
		For: "todas", Minors: programme.StatedYes, Description: marker, State: "confirmado",
	}
}

// put lets a row rest, twice under two ids when twin is asked for.
func put[T store.Listed](g *team, rows ...T) {
	g.t.Helper()
	if _, err := store.PutRows(g.t.Context(), g.store, slices.Values(rows)); err != nil {
		g.t.Fatal(err)
	}
}

// formOf are the fields that the form of a row sends.
func formOf[T any](g *team, s programme.Sheet[T], row T) url.Values {
	form := url.Values{}
	values := s.Values(row)
	for _, c := range s.Columns() {
		form.Set(c.Name, values[c.Name])
		if c.Kind == programme.CellDocuments || c.Kind == programme.CellCodes {
			form[c.Name] = splitCodes(values[c.Name])
		}
	}
	return form
}

// keptMark is the mark of a row as it rests.
func keptMark[T store.Listed](g *team, id string) string {
	g.t.Helper()
	k, err := store.KeptRow[T](g.t.Context(), g.store, id)
	if err != nil {
		g.t.Fatal(err)
	}
	return k.Mark
}

// uploaded lets a spreadsheet wait for the role that walks, and returns the path
// of its preview.
func uploaded[T store.Listed](g *team, k *offerKind[T], file []byte) string {
	g.t.Helper()
	raw, err := k.sheet.TakeApart(bytes.NewReader(file), int64(len(file)), maxSheetRows)
	if err != nil {
		g.t.Fatal(err)
	}
	body, err := json.Marshal(raw)
	if err != nil {
		g.t.Fatal(err)
	}
	u, err := g.store.KeepUpload(g.t.Context(), g.staff[g.walking].ID, body)
	if err != nil {
		g.t.Fatal(err)
	}
	return k.uploaded(u.ID)
}

func catalogueWalks() map[string]walk {
	all := map[string]walk{}
	maps.Copy(all, offerWalks(vacancyKind, stagedVacancy))
	maps.Copy(all, offerWalks(courseKind, stagedCourse))
	maps.Copy(all, offerWalks(eventKind, stagedEvent))
	all["POST /console/vacancies/{id}/decision"] = walk{make: func(g *team) (string, url.Values) {
		row := stagedVacancy()
		put(g, row)
		return vacancyKind.at(row.ID) + "/decision", url.Values{"decision": {decidePublish}, "reason": {marker}, "_version": {keptMark[programme.Vacancy](g, row.ID)}}
	}}
	return all
}

func offerWalks[T store.Listed](k *offerKind[T], staged func() T) map[string]walk {
	with := func(end string, form func(g *team, row T) url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) {
			row := staged()
			put(g, row)
			var sent url.Values
			if form != nil {
				sent = form(g, row)
			}
			return k.at(k.sheet.ID(row)) + end, sent
		}
	}
	whole := func(g *team, row T) url.Values { return formOf(g, k.sheet, row) }
	twins := func(g *team) (string, url.Values) {
		row := staged()
		form := formOf(g, k.sheet, row)
		values := k.sheet.Values(row)
		values["id"] += "-B"
		again, _ := k.sheet.Read(g.server.cfg.Set().Data, values)
		put(g, row, again)
		return k.path + "/twins", form
	}
	up := func(end string, form func(g *team, path string) url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) {
			path := uploaded(g, k, sampleSheet(k.sheet, staged()))
			var sent url.Values
			if form != nil {
				sent = form(g, path)
			}
			return path + end, sent
		}
	}
	bring := importRoot + k.menu
	all := map[string]walk{
		"GET " + k.path:             {make: func(g *team) (string, url.Values) { put(g, staged()); return k.path, nil }, shows: "onerror"},
		"GET " + k.path + "/export": {path: k.path + "/export?format=xlsx", shows: "PK"},
		"GET " + k.path + "/twins":  {make: twins, shows: "onerror"},
		"GET " + k.path + "/new":    {path: k.path + "/new", shows: `data-check="` + k.path + `/check"`},
		"POST " + k.path + "/new": {make: func(g *team) (string, url.Values) {
			return k.path + "/new", formOf(g, k.sheet, staged())
		}},
		"POST " + k.path + "/check":    {make: func(g *team) (string, url.Values) { return k.path + "/check", formOf(g, k.sheet, staged()) }, looks: true},
		"GET " + k.path + "/{id}":      {make: with("", nil), shows: "onerror"},
		"GET " + k.path + "/{id}/edit": {make: with("/edit", nil), shows: "onerror"},
		"POST " + k.path + "/{id}/edit": {make: with("/edit", func(g *team, row T) url.Values {
			form := whole(g, row)
			form.Set("titulo", "Otro "+marker)
			form.Set("_version", keptMark[T](g, k.sheet.ID(row)))
			return form
		})},
		"POST " + k.path + "/{id}/list":     {make: with("/list", func(*team, T) url.Values { return url.Values{"listed": {"no"}} })},
		"GET " + bring:                      {path: bring},
		"POST " + bring:                     {path: bring, file: string(sampleSheet(k.sheet, staged()))},
		"GET " + bring + "/{upload}":        {make: up("", nil), shows: "onerror"},
		"GET " + bring + "/{upload}/{row}":  {make: up("/2", nil), shows: "onerror"},
		"POST " + bring + "/{upload}/{row}": {make: up("/2", func(g *team, _ string) url.Values { return formOf(g, k.sheet, staged()) })},
		"POST " + bring + "/{upload}": {make: up("", func(g *team, path string) url.Values {
			v := &visit{Server: g.server, store: g.store, staff: g.staff[g.walking], now: g.now, set: g.server.cfg.Set()}
			v.r, _ = http.NewRequestWithContext(g.t.Context(), http.MethodGet, path, nil)
			v.r.SetPathValue("upload", path[strings.LastIndex(path, "/")+1:])
			b, err := k.bringing(v)
			if err != nil {
				g.t.Fatal(err)
			}
			return url.Values{"_version": {b.print}}
		})},
	}
	if k.places {
		all["GET "+k.path+"/{id}/people"] = walk{make: with("/people", nil), shows: "onerror"}
		all["POST "+k.path+"/{id}/people"] = walk{make: func(g *team) (string, url.Values) {
			path, _ := with("/people", nil)(g)
			return path + "?day=2026-12-02", url.Values{"others": {"3"}}
		}}
		all["GET "+k.path+"/{id}/attendance"] = walk{make: with("/attendance", nil), shows: "asistencia"}
		all["POST "+k.path+"/{id}/attendance"] = walk{make: with("/attendance", func(*team, T) url.Values {
			return url.Values{"format": {fileCSV}, "why": {marker}}
		})}
		all["GET "+k.path+"/{id}/print"] = walk{make: with("/print", nil), shows: "onerror"}
	}
	return all
}

// sampleSheet is a spreadsheet with some rows.
func sampleSheet[T any](s programme.Sheet[T], rows ...T) []byte {
	var b bytes.Buffer
	if err := s.WriteFile(&b, programme.CSV, slices.Values(rows)); err != nil {
		panic(err)
	}
	return b.Bytes()
}
