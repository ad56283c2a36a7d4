package console

import (
	"errors"
	"slices"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

const teamPath = "/console/team"

// A teamPage lists who works with Arraigo.
type teamPage struct {
	Team   Table
	Former Table
}

func (v *visit) teamPage() error {
	all, err := v.store.AllStaff(v.ctx())
	if err != nil {
		return err
	}
	former, err := v.store.FormerStaff(v.ctx())
	if err != nil {
		return err
	}
	p := teamPage{Team: v.staffTable("console.team.list", all), Former: v.staffTable("console.team.former", former)}
	p.Team.Empty = Empty{Title: v.text("console.team.nobody")}
	return v.show(view{
		name: "team", title: v.text("console.menu.team"), section: "team", wide: true,
		actions: []Link{{Href: teamPath + "/new", Text: v.text("console.team.invite"), Icon: "plus", Primary: true}},
	}, p)
}

func (v *visit) staffTable(caption string, all []store.Staff) Table {
	t := Table{
		Caption: v.text(caption),
		Columns: []Column{
			{Text: v.text("console.team.name")}, {Text: v.text("console.team.role")}, {Text: v.text("console.team.scope")},
			{Text: v.text("console.team.state")},
		},
	}
	slices.SortFunc(all, func(a, b store.Staff) int { return strings.Compare(v.nameOf(a), v.nameOf(b)) })
	for _, m := range all {
		role := Cell{Text: v.text("console.role." + string(m.Role))}
		if m.Reports {
			role.Chips = []Chip{{v.text("console.team.reads_reports"), ToneInfo}}
		}
		first := Cell{Text: v.nameOf(m), Href: teamPath + "/" + m.ID, Sub: m.ID}
		if m.Removed != 0 {
			first.Href = ""
		}
		t.Rows = append(t.Rows, Row{Quiet: m.Removed != 0, Cells: []Cell{first, role, {Text: v.scopeOf(m)}, {Chips: []Chip{v.staffState(m)}}}})
	}
	return t
}

func (v *visit) staffState(m store.Staff) Chip {
	switch {
	case m.Removed != 0:
		return Chip{v.text("console.team.gone"), ToneOff}
	case m.Accepted():
		return Chip{v.text("console.team.here"), ToneGood}
	case m.Invitation == "":
		return Chip{v.text("console.team.not_yet"), ToneOff}
	}
	return Chip{v.text("console.team.invited"), ToneWait}
}

// linesOf names the lines of a scope.
func (v *visit) linesOf(m store.Staff) string {
	if len(m.Lines) == 0 {
		return v.text("console.team.all_lines")
	}
	var names []string
	for _, line := range m.Lines {
		names = append(names, v.text("console.line."+line))
	}
	return v.catalog.List(v.lang, names)
}

// townsOf names the municipalities of a scope.
func (v *visit) townsOf(m store.Staff) string {
	if len(m.Towns) == 0 {
		return v.text("console.team.all_towns")
	}
	var names []string
	for _, code := range m.Towns {
		names = append(names, v.townName(code))
	}
	return v.catalog.List(v.lang, names)
}

func (v *visit) scopeOf(m store.Staff) string {
	if len(m.Lines) == 0 && len(m.Towns) == 0 {
		return v.text("console.team.all")
	}
	return v.linesOf(m) + " · " + v.townsOf(m)
}

// townName is the name of a municipality; its code when there is none.
func (v *visit) townName(code string) string {
	if m, ok := v.set.Data.Municipalities.ByCode(code); ok {
		return m.Name
	}
	return code
}

// staffForm is the form for a member, new or known.
func (v *visit) staffForm(submit string, m store.Staff) *Form {
	var roles []Option
	for _, r := range store.Roles() {
		roles = append(roles, Option{string(r), v.text("console.role." + string(r)), v.text("console.role_does." + string(r))})
	}
	var lines []Option
	for _, l := range programme.Lines() {
		lines = append(lines, Option{Value: string(l), Text: v.text("console.line." + string(l))})
	}
	var towns []string
	for _, code := range m.Towns {
		towns = append(towns, v.townName(code))
	}
	tick := ""
	if m.Reports {
		tick = "1"
	}
	f := v.newForm(submit,
		Group{Fields: []Field{
			{Kind: FieldText, Name: "name", Label: v.text("console.team.name"), Hint: v.text("console.team.name_hint"), Value: m.Name, Required: true, Max: 80},
			{Kind: FieldRadio, Name: "role", Label: v.text("console.team.role"), Value: string(m.Role), Options: roles, Required: true, Wide: true},
		}},
		Group{Title: v.text("console.team.scope"), Hint: v.text("console.team.scope_hint"), Fields: []Field{
			{Kind: FieldChecks, Name: "lines", Label: v.text("console.team.lines"), Values: m.Lines, Options: lines},
			{Kind: FieldArea, Name: "towns", Label: v.text("console.team.towns"), Hint: v.text("console.team.towns_hint"), Value: strings.Join(towns, "\n"), Max: 4000},
		}},
		Group{Title: v.text("console.team.reports"), Fields: []Field{
			{Kind: FieldTick, Name: "reports", Label: v.text("console.team.reports_may"), Hint: v.text("console.team.reports_hint"), Value: tick, Required: true, Wide: true},
		}},
	)
	f.Field("reports").Required = false
	f.Cancel = Link{Href: teamPath, Text: v.text("console.form.cancel")}
	return f
}

// readStaff takes a member out of a form that was posted. ok is false when
// something in it is wrong; then the form says what.
func (v *visit) readStaff(f *Form, m store.Staff) (store.Staff, bool) {
	v.fill(f)
	m.Name, m.Role = f.Field("name").Value, store.Role(f.Field("role").Value)
	m.Reports = f.Field("reports").Value != ""
	m.Lines, m.Towns = f.Field("lines").Values, nil
	for _, line := range strings.FieldsFunc(f.Field("towns").Value, func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		code, ok := v.findTown(line)
		if !ok {
			v.refuse(f, "towns", v.text("console.team.no_town", "nombre", line))
			continue
		}
		if !slices.Contains(m.Towns, code) {
			m.Towns = append(m.Towns, code)
		}
	}
	return m, len(f.Errors) == 0
}

// findTown is the code of a municipality by its name or its code.
func (v *visit) findTown(name string) (string, bool) {
	all := v.set.Data.Municipalities
	if m, ok := all.ByCode(name); ok {
		return m.Code, true
	}
	match := all.Match(name)
	if match.Kind != programme.MatchExact {
		return "", false
	}
	return match.Candidates[0].Code, true
}

func (v *visit) invitePage() error {
	return v.showStaffForm(v.text("console.team.invite"), v.staffForm(v.text("console.team.make_link"), store.Staff{Role: store.RoleOfficer}))
}

func (v *visit) showStaffForm(title string, f *Form) error {
	p := view{name: "form", title: title, section: "team", crumbs: []Link{{Href: teamPath, Text: v.text("console.menu.team")}}}
	if len(f.Errors) > 0 {
		p.status = 422
	}
	return v.show(p, f)
}

// invite makes an entry and its link, which is shown once.
func (v *visit) invite() error {
	f := v.staffForm(v.text("console.team.make_link"), store.Staff{})
	m, ok := v.readStaff(f, store.Staff{})
	if !ok {
		return v.showStaffForm(v.text("console.team.invite"), f)
	}
	return v.sendInvitation(m)
}

func (v *visit) sendInvitation(m store.Staff) error {
	m, code, err := v.store.InviteStaff(v.ctx(), m, v.now)
	if err != nil {
		return err
	}
	if err := v.record(actInvite, m.ID); err != nil {
		return err
	}
	v.keepFlash(flash{Done: "invited", Code: code})
	return v.redirect(teamPath+"/"+m.ID, "")
}

// A memberPage is one member of the team.
type memberPage struct {
	Facts  []Fact
	Link   string // of the invitation, shown once
	Again  *Act   // makes another link
	Form   *Form
	Remove Link
}

func (v *visit) memberPage() error {
	m, err := v.store.StaffMember(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if m.Removed != 0 {
		return store.ErrNotFound
	}
	return v.showMember(m, v.memberForm(m))
}

func (v *visit) memberForm(m store.Staff) *Form {
	f := v.staffForm(v.text("console.form.save"), m)
	f.Version = m.Version()
	return f
}

func (v *visit) showMember(m store.Staff, f *Form) error {
	chip := v.staffState(m)
	p := memberPage{
		Facts: []Fact{
			{Label: v.text("console.team.state"), Chip: chip},
			{Label: v.text("console.team.code"), Text: m.ID},
			{Label: v.text("console.team.since"), Text: v.date(unix(m.Since))},
		},
		Form: f,
	}
	if m.ID != v.staff.ID {
		p.Remove = Link{Href: teamPath + "/" + m.ID + "/remove", Text: v.text("console.team.remove")}
	}
	if !m.Accepted() {
		p.Again = v.actButton(teamPath+"/"+m.ID+"/link", v.text("console.team.new_link"))
		if seen := v.peekFlash(); seen.Code != "" {
			p.Link = v.invitationLink(seen.Code)
		}
	}
	page := view{name: "member", title: v.nameOf(m), section: "team", crumbs: []Link{{Href: teamPath, Text: v.text("console.menu.team")}}}
	if len(f.Errors) > 0 || len(f.Conflict) > 0 {
		page.status = 422
	}
	return v.show(page, p)
}

// invitationLink is what is sent to whom is invited.
func (v *visit) invitationLink(code string) string {
	name := ""
	if v.cfg.Bot.Username != nil {
		name = v.cfg.Bot.Username()
	}
	if name == "" {
		return "/start equipo_" + code
	}
	return "https://t.me/" + name + "?start=equipo_" + code
}

func (v *visit) changeMember() error {
	m, err := v.store.StaffMember(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if m.Removed != 0 {
		return store.ErrNotFound
	}
	f := v.memberForm(m)
	changed, ok := v.readStaff(f, m)
	if ok && v.form.Get("_version") != m.Version() {
		f.Conflict = v.staffDifferences(m, changed)
		ok = len(f.Conflict) == 0
	}
	if ok && m.ID == v.staff.ID && changed.Role != m.Role {
		v.refuse(f, "role", v.text("console.team.own_role"))
		ok = false
	}
	if !ok {
		return v.showMember(m, f)
	}
	if err := v.record(actChangeStaff, m.ID); err != nil {
		return err
	}
	if _, err := v.store.ChangeStaff(v.ctx(), changed); err != nil {
		return err
	}
	return v.redirect(teamPath, "member_saved", "nombre", changed.ID)
}

// staffDifferences is where what is stored now is not what is about to be saved.
func (v *visit) staffDifferences(theirs, mine store.Staff) (out []Difference) {
	add := func(name, label, a, b string) {
		if a != b {
			out = append(out, Difference{name, v.text(label), a, b})
		}
	}
	add("name", "console.team.name", theirs.Name, mine.Name)
	add("role", "console.team.role", v.text("console.role."+string(theirs.Role)), v.text("console.role."+string(mine.Role)))
	add("lines", "console.team.lines", v.linesOf(theirs), v.linesOf(mine))
	add("towns", "console.team.towns", v.townsOf(theirs), v.townsOf(mine))
	add("reports", "console.team.reports_may", v.yesNo(theirs.Reports), v.yesNo(mine.Reports))
	return out
}

func (v *visit) yesNo(yes bool) string {
	if yes {
		return v.text("console.yes")
	}
	return v.text("console.no")
}

// inviteAgain makes another link: the entry with the old one goes.
func (v *visit) inviteAgain() error {
	m, err := v.store.StaffMember(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if m.Removed != 0 || m.Accepted() {
		return store.ErrConflict
	}
	if err := v.record(actRemoveStaff, m.ID); err != nil {
		return err
	}
	if err := v.store.RemoveStaff(v.ctx(), m.ID, v.now); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return v.sendInvitation(m)
}

func (v *visit) removePage() error {
	m, err := v.store.StaffMember(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if m.Removed != 0 || m.ID == v.staff.ID {
		return store.ErrNotFound
	}
	f := v.newForm(v.text("console.team.remove"))
	f.Danger = true
	f.Cancel = Link{Href: teamPath + "/" + m.ID, Text: v.text("console.form.cancel")}
	return v.show(view{
		name: "confirm", title: v.text("console.team.remove_ask", "nombre", v.nameOf(m)), section: "team",
		crumbs: []Link{{Href: teamPath, Text: v.text("console.menu.team")}, {Href: teamPath + "/" + m.ID, Text: v.nameOf(m)}},
	}, Confirm{
		Text:  v.text("console.team.remove_text"),
		Facts: []Fact{{Label: v.text("console.team.role"), Text: v.text("console.role." + string(m.Role))}, {Label: v.text("console.team.code"), Text: m.ID}},
		Form:  f,
	})
}

func (v *visit) removeMember() error {
	id := v.r.PathValue("id")
	if id == v.staff.ID {
		return errForbidden
	}
	if err := v.record(actRemoveStaff, id); err != nil {
		return err
	}
	if err := v.store.RemoveStaff(v.ctx(), id, v.now); err != nil {
		return err
	}
	return v.redirect(teamPath, "member_removed", "nombre", id)
}
