package console

import (
	"errors"
	"slices"
	"strings"
	"time"

	"arraigo/store"
)

// An act is something that goes into the audit log; its words are
// console.act.NAME, with a line below for a dash.
type act = string

// The acts of these pages. Those of others stand in their own files.
const (
	actSignIn      act = "sign-in"
	actSignOut     act = "sign-out"
	actEndSession  act = "end-session"
	actInvite      act = "invite-staff"
	actChangeStaff act = "change-staff"
	actRemoveStaff act = "remove-staff"
	actVerifyAudit act = "verify-audit"
)

// record notes who did what about whom or what, by ids. Call it before anything
// is changed: what cannot be noted does not happen.
func (v *visit) record(what act, about string) error {
	return v.recordPeople(what, about, 0, "")
}

// recordPeople notes that data of so many people are shown, or go into a file,
// and why, where somebody must say so. Call it before they are.
func (v *visit) recordPeople(what act, about string, people int, why string) error {
	v.recorded = true
	return v.store.AppendAudit(v.ctx(), store.AuditEntry{Staff: v.staff.ID, Act: what, About: about, People: people, Why: why}, v.now)
}

const auditPath = "/console/audit"

// auditRows is how many entries one page has.
const auditRows = 50

// An auditPage says who saw or changed what.
type auditPage struct {
	Checked Fact // what the last look at the chain found
	Broken  bool
	Verify  *Act
	Bulk    Table // who saw many people's data just now
	Filters Filters
	Log     Table
}

// verified is what the last look at the whole chain found, by this process.
type verified struct {
	at    time.Time
	state store.AuditState
	fault string // what is wrong, for who mends it; holds numbers of entries only
}

func (v *visit) auditPage() error {
	names, err := v.staffNames()
	if err != nil {
		return err
	}
	p := auditPage{Filters: v.auditFilters(names), Verify: v.actButton(auditPath+"/verify", v.text("console.audit.verify"))}
	p.Checked, p.Broken = v.chainFact()
	if p.Bulk, err = v.bulkTable(names); err != nil {
		return err
	}
	found, err := v.store.AuditLog(v.ctx(), store.AuditFilter{
		Staff: p.Filters.value("staff"), Act: p.Filters.value("act"), About: p.Filters.value("about"),
		From: v.dayStart(p.Filters.value("from"), 0), To: v.dayStart(p.Filters.value("to"), 1),
	}, v.query("before"), auditRows)
	if err != nil {
		return err
	}
	p.Log = v.auditTable(found.Entries, names)
	p.Log.Pager.Total = -1
	if found.Older != "" {
		p.Log.Pager.Next = v.with("before", found.Older)
	}
	if v.query("before") != "" {
		p.Log.Pager.Prev = v.with("before", "")
	}
	return v.show(view{name: "audit", title: v.text("console.menu.audit"), lead: v.text("console.audit.lead"), section: "audit", wide: true}, p)
}

// staffNames are the names of the team, and of who left it, by id.
func (v *visit) staffNames() (map[string]string, error) {
	all, err := v.store.AllStaff(v.ctx())
	if err != nil {
		return nil, err
	}
	former, err := v.store.FormerStaff(v.ctx())
	if err != nil {
		return nil, err
	}
	names := map[string]string{store.AuditOperator: v.text("console.audit.operator")}
	for _, m := range slices.Concat(former, all) {
		names[m.ID] = v.nameOf(m)
	}
	return names, nil
}

func (v *visit) auditFilters(names map[string]string) Filters {
	who := []Option{{Text: v.text("console.audit.anybody")}}
	for id, name := range names {
		who = append(who, Option{Value: id, Text: name})
	}
	slices.SortFunc(who[1:], func(a, b Option) int { return strings.Compare(a.Text+a.Value, b.Text+b.Value) })
	what := []Option{{Text: v.text("console.audit.anything")}}
	for _, key := range v.catalog.Keys() {
		if name, ok := strings.CutPrefix(key, "console.act."); ok {
			what = append(what, Option{Value: strings.ReplaceAll(name, "_", "-"), Text: v.text(key)})
		}
	}
	slices.SortFunc(what[1:], func(a, b Option) int { return strings.Compare(a.Text, b.Text) })
	return v.filters(
		Field{Kind: FieldSelect, Name: "staff", Label: v.text("console.audit.who"), Options: who},
		Field{Kind: FieldSelect, Name: "act", Label: v.text("console.audit.what"), Options: what},
		Field{Kind: FieldText, Name: "about", Label: v.text("console.audit.about"), Max: 120},
		Field{Kind: FieldDate, Name: "from", Label: v.text("console.audit.from")},
		Field{Kind: FieldDate, Name: "to", Label: v.text("console.audit.to")},
	)
}

// dayStart is the beginning of a day as a date field writes it, and so many days
// later; zero when it is none.
func (v *visit) dayStart(value string, later int) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, value, v.zone)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, later)
}

func (v *visit) auditTable(entries []store.AuditEntry, names map[string]string) Table {
	t := Table{
		Caption: v.text("console.audit.log"),
		Columns: []Column{
			{Text: v.text("console.audit.when")}, {Text: v.text("console.audit.who")}, {Text: v.text("console.audit.what")},
			{Text: v.text("console.audit.about")}, {Text: v.text("console.audit.people"), Number: true},
		},
		Empty: Empty{Title: v.text("console.audit.none")},
	}
	for _, e := range entries {
		people := ""
		if e.People > 0 {
			people = v.number(e.People)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: v.short(e.At, v.now)}, {Text: v.staffName(names, e.Staff)}, {Text: v.actName(e.Act), Sub: e.Why},
			v.aboutCell(e.About, names), {Text: people},
		}})
	}
	return t
}

// aboutCell names what an entry is about: a member of the team by name, a person
// by nothing but the code.
func (v *visit) aboutCell(about string, names map[string]string) Cell {
	if name, ok := names[about]; ok {
		return Cell{Text: name, Sub: about}
	}
	return Cell{Text: about}
}

func (v *visit) staffName(names map[string]string, id string) string {
	if name, ok := names[id]; ok {
		return name
	}
	return id
}

// actName is an act in words; its name, when a later version wrote it.
func (v *visit) actName(what act) string {
	if key := "console.act." + strings.ReplaceAll(what, "-", "_"); v.has(key) {
		return v.text(key)
	}
	return what
}

// bulkTable lists who saw data of many people in this hour or the one before.
func (v *visit) bulkTable(names map[string]string) (Table, error) {
	bulk, err := v.store.LateBulkReads(v.ctx(), v.now)
	if err != nil {
		return Table{}, err
	}
	t := Table{
		Caption: v.text("console.audit.bulk"),
		Columns: []Column{{Text: v.text("console.audit.who")}, {Text: v.text("console.audit.hour")}, {Text: v.text("console.audit.people"), Number: true}},
	}
	for _, b := range bulk {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: v.staffName(names, b.Staff), Chips: []Chip{{v.text("console.audit.plenty"), ToneBad}}}, {Text: v.short(b.Hour, v.now)}, {Text: v.number(b.People)},
		}})
	}
	return t, nil
}

// chainFact says what the last look at the chain found.
func (v *visit) chainFact() (fact Fact, broken bool) {
	fact = Fact{Label: v.text("console.audit.chain"), Text: v.text("console.audit.unchecked"), Chip: Chip{v.text("console.audit.not_today"), ToneOff}}
	last := v.audited.Load()
	if last == nil {
		return fact, false
	}
	if last.fault != "" {
		fact.Text, fact.Chip = v.text("console.audit.tampered", "momento", v.moment(last.at, v.now)), Chip{v.text("console.audit.broken"), ToneBad}
		return fact, true
	}
	fact.Text = v.text("console.audit.sound_at", "momento", v.moment(last.at, v.now), "count", last.state.Entries)
	fact.Chip = Chip{v.text("console.audit.sound"), ToneGood}
	return fact, false
}

// verifyAudit walks the whole chain. It is done when somebody asks: a year of it
// takes some seconds.
func (v *visit) verifyAudit() error {
	if err := v.record(actVerifyAudit, ""); err != nil {
		return err
	}
	state, err := v.store.VerifyAudit(v.ctx(), v.now)
	done := verified{at: v.now, state: state}
	if errors.Is(err, store.ErrTampered) {
		done.fault = err.Error()
		v.cfg.Logger.Error("the audit log is not what was written", "error", err)
	} else if err != nil {
		return err
	}
	v.audited.Store(&done)
	if done.fault != "" {
		return v.redirect(auditPath, "audit_tampered")
	}
	return v.redirect(auditPath, "audit_sound", "count", state.Entries)
}
