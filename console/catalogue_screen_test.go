package console

import (
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

// catalogueScreens are the pages of offers.
func catalogueScreens() []screen {
	return []screen{
		{name: "vacancies", role: store.RoleOfficer, path: "/console/vacancies"},
		{name: "vacancies-none", role: store.RoleViewer, path: "/console/vacancies?q=astronauta"},
		{name: "vacancy-refused", role: store.RoleOfficer, make: func(g *team) string { return vacancyKind.at(rejected(g).ID) }},
		{name: "vacancy-review", role: store.RoleCoordinator, make: func(g *team) string { return vacancyKind.at(reviewed(g).ID) }},
		{name: "vacancy-edit", role: store.RoleOfficer, make: func(g *team) string { return vacancyKind.at(rejected(g).ID) + "/edit" }},
		{name: "vacancy-new", role: store.RoleOfficer, path: "/console/vacancies/new"},
		{name: "vacancy-wrong", role: store.RoleOfficer, path: "/console/vacancies/new", then: `document.querySelector('.sheet button.primary').click()`, until: `document.getElementById('errors')`},
		{name: "vacancy-collision", role: store.RoleOfficer, make: func(g *team) string { return vacancyKind.at(decent(g, "V-90").ID) + "/edit" },
			then: `(document.querySelector('[name=_version]').value = 'x', document.getElementById('f-puestos').value = '9', document.getElementById('f-titulo').value = 'Cocina de noche', document.querySelector('.sheet button.primary').click(), 1)`, until: `document.querySelector('.conflict')`},
		{name: "twins", role: store.RoleOfficer, make: func(g *team) string { decent(g, "V-91"); decent(g, "V-92"); return "/console/vacancies/twins" }},
		{name: "upload", role: store.RoleOfficer, path: "/console/import/vacancies"},
		{name: "import", role: store.RoleOfficer, make: func(g *team) string { return mixedUpload(g) }},
		{name: "import-stopped", role: store.RoleOfficer, make: func(g *team) string { return mixedUpload(g) + "?show=stopped" }},
		{name: "import-changed", role: store.RoleOfficer, make: func(g *team) string { return mixedUpload(g) + "?show=changed" }},
		{name: "import-mend", role: store.RoleOfficer, make: func(g *team) string { return mixedUpload(g) + "/3" }},
		{name: "courses", role: store.RoleOfficer, make: func(g *team) string { crowd(g); return "/console/courses" }},
		{name: "course", role: store.RoleOfficer, make: func(g *team) string { crowd(g); return "/console/courses/C-01" }},
		{name: "course-edit", role: store.RoleOfficer, path: "/console/courses/C-01/edit"},
		{name: "people-of-a-course", role: store.RoleOfficer, make: func(g *team) string { crowd(g); return "/console/courses/C-01/people" }},
		{name: "people-viewer", role: store.RoleViewer, make: func(g *team) string { crowd(g); return "/console/courses/C-01/people" }},
		{name: "attendance-file", role: store.RoleCoordinator, make: func(g *team) string { crowd(g); return "/console/courses/C-01/attendance" }},
		{name: "print", role: store.RoleOfficer, make: func(g *team) string { crowd(g); return "/console/courses/C-01/print" }},
		{name: "events", role: store.RoleOfficer, path: "/console/events"},
		{name: "event", role: store.RoleOfficer, path: "/console/events/E-02"},
	}
}

// decent lets an offer of work rest that passes every check.
func decent(g *team, id string) programme.Vacancy {
	g.t.Helper()
	v := decentRow(id)
	put(g, v)
	return v
}

// rejected is one that the checks refuse, with words to be seen.
func rejected(g *team) programme.Vacancy {
	g.t.Helper()
	v := decent(g, "V-80")
	pay := int64(900_000)
	v.Title, v.Employer = "Mesera con buena presencia", "Bar Ejemplo (ficticio)"
	v.Tasks = "Atender mesas en un lugar con mucho movimiento los fines de semana. Se exige buena presencia y no tener hijos, para trabajar sin límite de horario."
	v.Pay, v.MaxAge, v.FamilyFund, v.Photo = &pay, 28, programme.StatedNo, programme.StatedYes
	put(g, v)
	return v
}

// reviewed is one that only a person may let through.
func reviewed(g *team) programme.Vacancy {
	g.t.Helper()
	v := decent(g, "V-81")
	v.Title, v.Occupation, v.Tasks = "Domiciliario", "932", "Reparto con aplicación de domicilios en el centro de la ciudad."
	v.Hours, v.Days = 24, 3
	put(g, v)
	return v
}

// mixedUpload is a spreadsheet that has something of everything.
func mixedUpload(g *team) string {
	g.t.Helper()
	g.walking = store.RoleOfficer
	changed, plain, stopped := decent(g, "V-90"), decent(g, "V-92"), rejected(g)
	changed.Posts, changed.Schedule = 7, "L-V 09:00-16:00"
	added, wrong := plain, plain
	added.ID, added.Title = "V-93", "Panadero"
	stopped.ID, stopped.Title = "V-94", "Mesera"
	wrong.ID, wrong.Title = "V-95", "Ayudante de obra"
	text := string(sampleSheet(vacancyKind.sheet, changed, wrong, added, stopped))
	lines := strings.Split(text, "\n")
	lines[2] = strings.Replace(lines[2], "54001", "Cucutilla del Norte", 1)
	lines[2] = strings.Replace(lines[2], ",1950000,", ",un millón,", 1)
	text = strings.Join(lines, "\n")
	if !strings.Contains(text, "un millón") {
		g.t.Fatal("the sheet has no mistake")
	}
	return uploaded(g, vacancyKind, []byte(text))
}

// crowd fills a course, with a line, and notes who came on its first day.
func crowd(g *team) {
	g.t.Helper()
	today := g.server.cfg.Set().Today(g.now)
	catalogue, _, err := g.store.Catalogue(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	for _, c := range catalogue.Courses {
		if c.ID != "C-01" {
			continue
		}
		o := store.Offer{Kind: store.OfferCourse, ID: c.ID, Version: 1, Places: c.Places, Standing: programme.StandingOpen, Ends: c.Ends.At(24*60, g.server.cfg.Set().Location())}
		for chat := range 30 {
			if _, err := g.store.Reserve(g.t.Context(), o, g.store.ContactID(int64(9000+chat)), 1, g.now); err != nil {
				g.t.Fatal(err)
			}
		}
		day := c.Starts
		if day.Before(today) {
			day = today
		}
		for chat := range 8 {
			if _, err := g.store.Came(g.t.Context(), o, day, []store.Tick{{Contact: g.store.ContactID(int64(9000 + chat)), People: 1}}, g.now); err != nil {
				g.t.Fatal(err)
			}
		}
	}
}
