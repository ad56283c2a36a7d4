package console

import (
	"bytes"
	"fmt"
	"net/url"
	"testing"

	"arraigo/programme"
	"arraigo/store"
)

// BenchmarkOfferPages takes the pages of offers with three thousand offers of
// work listed, a thousand people in a fair, and a spreadsheet of as many rows as
// one may have: none may take 100 ms.
func BenchmarkOfferPages(b *testing.B) {
	g := newTeam(b)
	var rows []programme.Vacancy
	for i := range maxSheetRows {
		v := decentRow(fmt.Sprintf("N-%d", i))
		v.Title = fmt.Sprintf("Trabajo %d", i)
		rows = append(rows, v)
	}
	put(g, rows[:3000]...)
	e := stagedEvent()
	e.Places = 0
	put(g, e)
	o := store.Offer{Kind: store.OfferEvent, ID: e.ID, Version: 1, Standing: programme.StandingOpen, Ends: g.now}
	for chat := range int64(1000) {
		if _, err := g.store.Reserve(b.Context(), o, g.store.ContactID(5000+chat), 1, g.now); err != nil {
			b.Fatal(err)
		}
	}
	for i := range rows {
		rows[i].Posts = 9
	}
	g.walking = store.RoleOfficer
	sheet := uploaded(g, vacancyKind, bytes.TrimSpace(sampleSheet(vacancyKind.sheet, rows...)))
	c := g.as(store.RoleOfficer)
	form := formOf(g, vacancyKind.sheet, decentRow("V-99"))
	for _, p := range []struct {
		name, path string
		form       url.Values
	}{
		{"list", "/console/vacancies", nil}, {"filtered", "/console/vacancies?q=trabajo+29&state=shown&town=54001", nil},
		{"page", "/console/vacancies/N-7", nil}, {"form", "/console/vacancies/N-7/edit", nil}, {"check", "/console/vacancies/check", form},
		{"twins", "/console/vacancies/twins", nil}, {"people", eventKind.at(e.ID) + "/people", nil}, {"print", eventKind.at(e.ID) + "/print", nil},
		{"preview", sheet, nil}, {"export", "/console/vacancies/export?format=csv", nil},
	} {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				var got page
				if p.form != nil {
					got = c.post(p.path, p.form)
				} else {
					got = c.get(p.path)
				}
				if got.status != 200 {
					b.Fatalf("%d", got.status)
				}
			}
		})
	}
}
