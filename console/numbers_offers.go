package console

import (
	"slices"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// countOffers counts places and who came, of offers that begin in the period.
func (v *visit) countOffers(n *numbers, _ Filters, l *listedOffers) error {
	n.offers = Table{
		Caption: v.text("console.numbers.offers"), Empty: Empty{Title: v.text("console.numbers.no_offers")},
		Columns: []Column{
			{Text: v.text("console.numbers.offer")}, {Text: v.text("console.numbers.day")}, {Text: v.text("console.numbers.places"), Number: true},
			{Text: v.text("console.numbers.taken"), Number: true}, {Text: v.text("console.numbers.waiting"), Number: true}, {Text: v.text("console.numbers.came"), Number: true},
		},
	}
	type row struct {
		offer  store.Offer
		title  string
		begins programme.Date
	}
	var rows []row
	for _, c := range l.Courses {
		if v.staff.Covers(string(c.Line), c.Municipality) && n.period.hasDay(c.Starts) {
			rows = append(rows, row{store.Offer{Kind: store.OfferCourse, ID: c.ID, Places: c.Places}, c.Title, c.Starts})
		}
	}
	for _, e := range l.Events {
		if v.staff.Covers(string(e.Line), e.Municipality) && n.period.hasDay(e.On) {
			rows = append(rows, row{store.Offer{Kind: store.OfferEvent, ID: e.ID, Places: e.Places}, e.Title, e.On})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.begins.DaysSince(b.begins) })
	var offers []store.Offer
	for _, r := range rows {
		offers = append(offers, r.offer)
	}
	fills, err := v.store.Fills(v.ctx(), offers)
	if err != nil {
		return err
	}
	for i, r := range rows {
		came, err := v.store.Attendance(v.ctx(), r.offer)
		if err != nil {
			return err
		}
		most := 0
		for _, day := range came.Days() {
			most = max(most, came.On(day))
		}
		n.offers.Rows = append(n.offers.Rows, Row{Cells: []Cell{
			{Text: r.title, Sub: r.offer.ID}, {Text: v.figuresDay(r.begins)}, {Text: v.number(r.offer.Places)},
			{Text: v.number(fills[i].Used)}, {Text: v.number(fills[i].Waiting)}, {Text: v.number(most)},
		}})
	}
	return nil
}

// countReferrals counts who wants to be referred to which vacancy.
func (v *visit) countReferrals(n *numbers, _ Filters, l *listedOffers) error {
	n.referrals = Table{
		Caption: v.text("console.numbers.referrals"), Empty: Empty{Title: v.text("console.numbers.no_referrals")},
		Columns: []Column{{Text: v.text("console.numbers.vacancy")}, {Text: v.text("console.numbers.town")}, {Text: v.text("console.numbers.people"), Number: true}},
	}
	var rows []flows.Entry
	var vacancies []programme.Vacancy
	for _, vacancy := range l.Vacancies {
		if vacancy.Standing(l.Today) == programme.StandingOpen && v.staff.Covers(string(programme.InclusionLaboral), vacancy.Municipality) && len(rows) < 500 {
			rows = append(rows, flows.Referral(vacancy.ID))
			vacancies = append(vacancies, vacancy)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	crossed, err := v.store.Cross(v.ctx(), nil, rows, nil)
	if err != nil {
		return err
	}
	for i, vacancy := range vacancies {
		if crossed[i][0] > 0 {
			n.referrals.Rows = append(n.referrals.Rows, Row{Cells: []Cell{{Text: vacancy.Title, Sub: vacancy.ID}, {Text: v.townName(vacancy.Municipality)}, {Text: v.figure(crossed[i][0])}}})
		}
	}
	return nil
}

// countGrades says how people found events of the period; no single answer of a
// few is told, and no sentence.
func (v *visit) countGrades(n *numbers, _ Filters, l *listedOffers) error {
	n.grades = Table{
		Caption: v.text("console.numbers.grades"), Empty: Empty{Title: v.text("console.numbers.no_grades")},
		Columns: []Column{{Text: v.text("console.numbers.event")}, {Text: v.text("console.numbers.answers"), Number: true}, {Text: v.text("console.numbers.mean"), Number: true}},
	}
	for _, e := range l.Events {
		if !v.staff.Covers(string(e.Line), e.Municipality) || !n.period.hasDay(e.On) || l.Today.DaysSince(e.On) < 0 {
			continue
		}
		grades, err := v.store.Grades(v.ctx(), store.Offer{Kind: store.OfferEvent, ID: e.ID})
		if err != nil {
			return err
		}
		if len(grades) == 0 {
			continue
		}
		sum := 0
		for _, g := range grades {
			sum += g.Grade
		}
		mean := v.text("console.chart.hidden")
		if len(grades) >= smallCell {
			tenths := (sum*10 + len(grades)/2) / len(grades)
			mean = v.text("console.numbers.grade", "enteros", tenths/10, "decimas", tenths%10)
		}
		n.grades.Rows = append(n.grades.Rows, Row{Cells: []Cell{{Text: e.Title, Sub: e.ID}, {Text: v.figure(len(grades))}, {Text: mean}}})
	}
	return nil
}
