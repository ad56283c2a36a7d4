package console

import (
	"slices"
	"time"

	"arraigo/store"
)

// Reports of wrong-doing are read by the few whose entry in the team says so, in
// their chat or here. The list shows nothing of what somebody told, and who is
// seldom known; that a report was read is in the audit log.

// The acts about reports.
const (
	actListReports act = "list-reports"
	actReadReport  act = "read-report"
	actMarkReport  act = "mark-report"
)

const reportsPath = "/console/reports"

// reportLetters is how much of the one-way name of a report tells it from others
// in the list.
const reportLetters = 6

// reportLate is the age at which a report nobody passed on is late: the rule that
// stands below every report says so.
const reportLate = 24 * time.Hour

func reportPath(r *store.Report) string { return reportsPath + "/" + r.Name }

// shortReport is how a report is called in a sentence.
func shortReport(r *store.Report) string { return r.Name[:min(reportLetters, len(r.Name))] }

func (v *visit) reportsPage() error {
	_, total, err := v.store.Reports(v.ctx(), 0, 0)
	if err != nil {
		return err
	}
	from, to, pager := v.pager(total)
	list, _, err := v.store.Reports(v.ctx(), from, to-from)
	if err != nil {
		return err
	}
	if err := v.record(actListReports, ""); err != nil {
		return err
	}
	t := Table{
		Caption: v.text("console.report.list", "count", total),
		Columns: []Column{{Text: v.text("console.report.name")}, {Text: v.text("console.report.kind")}, {Text: v.text("console.report.day")}, {Text: v.text("console.report.state")}},
		Pager:   pager,
		Empty:   Empty{Title: v.text("console.report.none"), Text: v.text("console.report.none_text")},
	}
	for _, r := range list {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: shortReport(r), Href: reportPath(r)}, {Text: v.reportKind(r)}, {Text: v.shortDate(r.At(v.zone)), Sub: v.reportAge(r)}, {Chips: []Chip{v.reportChip(r)}},
		}})
	}
	return v.show(view{name: "list", title: v.text("console.menu.reports"), lead: v.text("console.report.lead"), section: "reports", wide: true}, t)
}

// reportKind is what somebody said it is about.
func (v *visit) reportKind(r *store.Report) string {
	if key := "report.report_category.option." + r.Category; v.has(key) {
		return v.text(key)
	}
	return r.Category // an earlier version of the flow asked so
}

// reportAge says how many days ago a report was filed: the hour is not known.
func (v *visit) reportAge(r *store.Report) string {
	days := int(v.dayStart(v.now.In(v.zone).Format(time.DateOnly), 0).Sub(r.At(v.zone)) / (24 * time.Hour))
	if days == 0 {
		return v.text("console.report.today")
	}
	return v.text("console.report.days", "count", days)
}

// reportChip is the state of a report; one that should have been passed on by now
// stands out.
func (v *visit) reportChip(r *store.Report) Chip {
	tone := ToneWait
	switch {
	case r.State == store.ReportClosed:
		tone = ToneOff
	case r.State == store.ReportPassed:
		tone = ToneGood
	case r.State == store.ReportNew, v.now.Sub(r.At(v.zone)) > 24*time.Hour+reportLate: // the day it was filed counts in full
		tone = ToneBad
	}
	return Chip{v.text("staff.state." + r.State), tone}
}

// A toldPage is one report, and what can be done about it.
type toldPage struct {
	Facts []Fact
	Text  string // in the person's words
	Reach string // that who filed it is told of changes
	Acts  []*Act
	Close Link
}

func (v *visit) reportPage() error {
	r, err := v.store.Report(v.ctx(), v.r.PathValue("name"))
	if err != nil {
		return err
	}
	if err := v.record(actReadReport, r.Name); err != nil {
		return err
	}
	reporter, err := v.store.Reporter(v.ctx(), r.Name)
	if err != nil {
		return err
	}
	p := toldPage{
		Facts: []Fact{
			{Label: v.text("console.report.state"), Chip: v.reportChip(r)},
			{Label: v.text("console.report.kind"), Text: v.reportKind(r)},
			{Label: v.text("console.report.day"), Text: v.date(r.At(v.zone))},
		},
		Text: r.Text,
	}
	if r.Offer != "" {
		offer := Fact{Label: v.text("console.report.offer"), Text: r.Offer}
		l, err := v.listed()
		if err != nil {
			return err
		}
		if known, ok := l.vacancy(r.Offer); ok && v.reach(vacancyKind.path) != "" {
			offer.Text, offer.Href = joined(r.Offer, known.Title), vacancyKind.at(r.Offer)
		}
		p.Facts = append(p.Facts, offer)
	}
	if reporter != "" {
		p.Reach = v.text("staff.report_reach")
	}
	for _, state := range r.Follow() {
		if state == store.ReportClosed {
			p.Close = Link{Href: reportPath(r) + "/close", Text: v.text("staff.mark." + state)}
			continue
		}
		p.Acts = append(p.Acts, v.actButton(reportPath(r)+"/mark", v.text("staff.mark."+state), Hidden{"state", state}, Hidden{"_version", r.State}))
	}
	return v.show(view{name: "report", title: v.text("console.report.title", "codigo", shortReport(r)), section: "reports", crumbs: v.reportCrumbs(nil)}, p)
}

func (v *visit) reportCrumbs(r *store.Report) []Link {
	crumbs := []Link{{Href: reportsPath, Text: v.text("console.menu.reports")}}
	if r != nil {
		crumbs = append(crumbs, Link{Href: reportPath(r), Text: shortReport(r)})
	}
	return crumbs
}

// closeReportPage asks before a report is closed: it stays so.
func (v *visit) closeReportPage() error {
	r, err := v.store.Report(v.ctx(), v.r.PathValue("name"))
	if err != nil {
		return err
	}
	if !slices.Contains(r.Follow(), store.ReportClosed) {
		return store.ErrConflict
	}
	if err := v.record(actReadReport, r.Name); err != nil {
		return err
	}
	f := v.newForm(v.text("staff.mark."+store.ReportClosed), Group{Fields: []Field{{Kind: FieldHidden, Name: "state", Value: store.ReportClosed}}})
	f.Action, f.Version, f.Danger = reportPath(r)+"/mark", r.State, true
	f.Cancel = Link{Href: reportPath(r), Text: v.text("console.form.cancel")}
	return v.show(view{
		name: "confirm", title: v.text("console.report.close_ask", "codigo", shortReport(r)), section: "reports", crumbs: v.reportCrumbs(r),
	}, Confirm{Text: v.text("console.report.close_text"), Facts: []Fact{{Label: v.text("console.report.state"), Chip: v.reportChip(r)}}, Form: f})
}

// markReport notes what became of a report. Who filed it hears that there is
// something new, if they said that they may be written to.
func (v *visit) markReport() error {
	r, err := v.store.Report(v.ctx(), v.r.PathValue("name"))
	if err != nil {
		return err
	}
	state := v.form.Get("state")
	if v.form.Get("_version") != r.State || !slices.Contains(r.Follow(), state) {
		return store.ErrConflict // somebody marked it meanwhile
	}
	if err := v.record(actMarkReport, r.Name); err != nil {
		return err
	}
	if _, err := v.store.SettleReport(v.ctx(), r, state, v.now); err != nil {
		return err
	}
	if state == store.ReportClosed {
		return v.redirect(reportsPath, "report_marked")
	}
	return v.redirect(reportPath(r), "report_marked")
}
