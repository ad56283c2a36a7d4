package console

import (
	"slices"

	"arraigo/programme"
	"arraigo/store"
)

// An offerKind is one kind of thing that the catalogue lists. What the pages of
// all kinds do is in catalogue_NOUN.go; what is one kind's own is in vacancy.go,
// course.go and event.go.
type offerKind[T store.Listed] struct {
	noun   string // of the audit log, as in vacancy:V-01; of places, the kind of offer
	menu   string // entry of the menu
	path   string // /console/vacancies
	letter string // with which ids begin
	places bool   // people take places in it
	words  offerWords
	sheet  programme.Sheet[T]
	rows   func(*listed) []T
	about  func(T) offerAbout
	// standing is of what has places.
	standing func(T, programme.Date) programme.Standing
	states   []offerState[T] // that a list can be narrowed to; the first is what it shows unasked
	groups   []columnGroup
	heads    []string // words of the columns of a list
	row      func(k *offerKind[T], v *visit, l *listed, t T, fill store.Fill) Row
	before   func(l *listed, a, b T) int // order of a list
	// finds are what the checks say about a row, beside its fields; visible
	// whether they would let people see it. nil: there are no checks.
	finds   func(v *visit, t T) verdict
	visible func(v *visit, t T) bool
	// details are what the page of one shows beside its columns.
	details func(k *offerKind[T], v *visit, l *listed, row store.Kept[T], p *offerPage) error
}

// offerWords are the keys of the words that differ from kind to kind.
type offerWords struct {
	list, lead, none, noneText  string // of the list
	add, added, edit, saved     string
	from, to                    string // of the filter by date
	upload, uploadLead, twinned string
}

// An offerAbout is what every kind has.
type offerAbout struct {
	Title, Whose string // Whose: employer or organiser
	Line, Town   string
	Day          programme.Date // that the filter by date looks at
	Places       int
	Ends         programme.Date
}

// An offerState narrows a list.
type offerState[T any] struct {
	name, words string
	is          func(*listed, T) bool
}

// A columnGroup is columns of a row that a form shows together.
type columnGroup struct {
	words   string
	columns []string
}

// What is done to the catalogue. Rows go into the audit log as vacancy:V-01, a
// whole list as vacancy.
const (
	actAddOffer      act = "add-offer"
	actChangeOffer   act = "change-offer"
	actDecideVacancy act = "decide-vacancy"
	actUpload        act = "upload-list"
	actMendUpload    act = "mend-upload"
	actImport        act = "import-list"
	actExportOffers  act = "export-list"
	actSeePlaces     act = "see-places"
	actAttendance    act = "note-attendance"
)

// importRoot is below which spreadsheets are brought in; ids of offers are not.
const importRoot = "/console/import/"

// catalogueRoutes are the pages of offers. Everybody of the team may look at
// what is offered, as far as their scope goes.
func catalogueRoutes() []route {
	return slices.Concat(vacancyKind.routes(), courseKind.routes(), eventKind.routes(), []route{
		{"POST /console/vacancies/{id}/decision", store.DecideVacancy, (*visit).decideVacancy},
	})
}

func (k *offerKind[T]) routes() []route {
	bring := importRoot + k.menu
	all := []route{
		{"GET " + k.path, everyone, k.listPage},
		{"GET " + k.path + "/export", everyone, k.export},
		{"GET " + k.path + "/twins", everyone, k.twinsPage},
		{"GET " + k.path + "/new", store.ChangeCatalogue, k.newPage},
		{"POST " + k.path + "/new", store.ChangeCatalogue, k.create},
		{"POST " + k.path + "/check", store.ChangeCatalogue, k.check},
		{"GET " + k.path + "/{id}", everyone, k.page},
		{"GET " + k.path + "/{id}/edit", store.ChangeCatalogue, k.editPage},
		{"POST " + k.path + "/{id}/edit", store.ChangeCatalogue, k.edit},
		{"POST " + k.path + "/{id}/list", store.ChangeCatalogue, k.relist},
		{"GET " + bring, store.ChangeCatalogue, k.uploadPage},
		{"POST " + bring, store.ChangeCatalogue, k.upload},
		{"GET " + bring + "/{upload}", store.ChangeCatalogue, k.previewPage},
		{"POST " + bring + "/{upload}", store.ChangeCatalogue, k.bringIn},
		{"GET " + bring + "/{upload}/{row}", store.ChangeCatalogue, k.mendPage},
		{"POST " + bring + "/{upload}/{row}", store.ChangeCatalogue, k.mend},
	}
	if k.places {
		all = append(all,
			route{"GET " + k.path + "/{id}/people", store.SeePeople, k.rosterPage},
			route{"POST " + k.path + "/{id}/people", store.ChangeCatalogue, k.tick},
			route{"GET " + k.path + "/{id}/print", store.SeePeople, k.printPage},
			route{"GET " + k.path + "/{id}/attendance", store.ExportPeople, k.attendanceFilePage},
			route{"POST " + k.path + "/{id}/attendance", store.ExportPeople, k.attendanceFile},
		)
	}
	return all
}

// covers reports whether a row is within the scope of who visits.
func (k *offerKind[T]) covers(v *visit, t T) bool {
	a := k.about(t)
	return v.staff.Covers(a.Line, a.Town)
}

// ref is the name of a row in the audit log.
func (k *offerKind[T]) ref(id string) string { return k.noun + ":" + id }

// at is the page of a row.
func (k *offerKind[T]) at(id string) string { return k.path + "/" + pathOf(id) }

// crumb leads back to the list.
func (k *offerKind[T]) crumb(v *visit) []Link {
	return []Link{{Href: k.path, Text: v.text("console.menu." + k.menu)}}
}

// kept reads a row as it rests now; store.ErrNotFound when it is not within the
// scope of who visits.
func (k *offerKind[T]) kept(v *visit, id string) (store.Kept[T], error) {
	row, err := store.KeptRow[T](v.ctx(), v.store, id)
	if err == nil && !k.covers(v, row.Row) {
		return row, store.ErrNotFound
	}
	return row, err
}

// offer is the row as the places of it need to know it.
func (k *offerKind[T]) offer(v *visit, t T) store.Offer {
	a := k.about(t)
	o := store.Offer{Kind: k.noun, ID: k.sheet.ID(t), Places: a.Places, Standing: k.standing(t, v.set.Today(v.now))}
	if !a.Ends.IsZero() {
		o.Ends = a.Ends.At(24*60, v.zone)
	}
	return o
}

// town is how a municipality is called, with its department where that helps.
func (v *visit) town(code string) string {
	if m, ok := v.set.Data.Municipalities.ByCode(code); ok {
		return m.Label()
	}
	return code
}

// standingChip says where an offer stands on its calendar.
func (v *visit) standingChip(s programme.Standing) Chip {
	tone := ToneOff
	switch s {
	case programme.StandingOpen:
		tone = ToneGood
	case programme.StandingUpcoming, programme.StandingRunning:
		tone = ToneInfo
	case programme.StandingPostponed:
		tone = ToneWait
	case programme.StandingCancelled:
		tone = ToneBad
	}
	return Chip{v.text("console.standing." + string(s)), tone}
}

// lines are those that who visits looks after.
func (v *visit) lines() []Option {
	var out []Option
	for _, line := range programme.Lines() {
		if v.staff.Covers(string(line), "") {
			out = append(out, Option{Value: string(line), Text: v.text("console.line." + string(line))})
		}
	}
	return out
}
