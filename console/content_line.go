package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

const helpLinesPath = contentPath + "/lines"

// helpLines are the lines of help: those that were imported, or else those that
// come with the program, in the order in which people see them.
func (v *visit) helpLines() ([]store.Kept[programme.HelpLine], error) {
	rows, err := store.KeptRows[programme.HelpLine](v.ctx(), v.store)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		for _, line := range v.set.Data.HelpLines {
			rows = append(rows, store.Kept[programme.HelpLine]{Row: line})
		}
	}
	slices.SortStableFunc(rows, func(a, b store.Kept[programme.HelpLine]) int { return a.Row.Order - b.Row.Order })
	return rows, nil
}

// lineShown reports whether people are shown a line today, where it serves.
func (v *visit) lineShown(l programme.HelpLine) bool {
	if !l.Withdrawn.IsZero() {
		return false
	}
	return len(programme.Visible([]programme.HelpLine{l}, l.Municipality, v.set.Today(v.now))) == 1
}

// lineChip says whether people are shown a line, and why not.
func (v *visit) lineChip(l programme.HelpLine) Chip {
	today := v.set.Today(v.now)
	switch {
	case !l.Withdrawn.IsZero():
		return Chip{v.text("console.content.line.withdrawn"), ToneOff}
	case l.Number == "":
		return Chip{v.text("console.content.line.no_number"), ToneOff}
	case l.Always:
		return Chip{v.text("console.content.line.always"), ToneGood}
	case l.Verified(today):
		return Chip{v.text("console.content.line.shown"), ToneGood}
	case l.VerifiedOn.IsZero():
		return Chip{v.text("console.content.line.never"), ToneWait}
	}
	return Chip{v.text("console.content.line.too_old"), ToneWait}
}

// lineChecked says when a line was dialled, and by which role.
func (v *visit) lineChecked(l programme.HelpLine) string {
	if l.VerifiedOn.IsZero() {
		return v.text("console.content.line.not_yet")
	}
	return v.text("console.content.line.checked", "dia", v.figuresDay(l.VerifiedOn), "rol", l.VerifiedBy)
}

func (v *visit) lineReach(l programme.HelpLine) string {
	switch {
	case l.Local && l.Municipality != "":
		return v.town(l.Municipality)
	case l.Local:
		return v.text("console.content.line.no_town")
	case l.World:
		return v.text("console.content.line.world")
	}
	return v.text("console.content.line.country")
}

// A helpLinesPage lists the lines of help.
type helpLinesPage struct{ List Table }

func (v *visit) helpLinesPage() error {
	lines, err := v.helpLines()
	if err != nil {
		return err
	}
	t := Table{
		Caption: v.text("console.content.lines"),
		Columns: []Column{
			{Text: v.text("console.content.line.name")}, {Text: v.text("console.content.line.number")}, {Text: v.text("console.content.line.serves")},
			{Text: v.text("console.content.state")}, {Text: v.text("console.content.line.last")},
		},
	}
	for _, k := range lines {
		l := k.Row
		checked := ""
		if !l.VerifiedOn.IsZero() {
			checked = v.lineChecked(l)
		}
		t.Rows = append(t.Rows, Row{Quiet: !l.Withdrawn.IsZero(), Cells: []Cell{
			{Text: l.Name(v.lang), Href: helpLinesPath + "/" + pathOf(l.ID), Sub: l.Purpose(v.lang)}, {Text: l.Number}, {Text: v.lineReach(l)},
			{Chips: []Chip{v.lineChip(l)}}, {Text: checked},
		}})
	}
	return v.show(view{
		name: "content-history", title: v.text("console.content.lines"), lead: v.text("console.content.lines_lead", "dias", programme.VerifiedDays), section: "content", wide: true, crumbs: v.contentCrumbs(),
		actions: []Link{{Href: helpLinesPath + "/" + newCall, Text: v.text("console.content.line.add"), Icon: "plus"}},
	}, helpLinesPage{t})
}

// A helpLinePage is one line: whether it answers, and what is written about it.
type helpLinePage struct {
	Facts  []Fact
	Verify *Form // nil: there is nothing to dial
	Edit   *Form
}

// helpLineAt is the line of the address; an empty one for a new one.
func (v *visit) helpLineAt() (store.Kept[programme.HelpLine], error) {
	id := v.r.PathValue("id")
	if id == newCall {
		return store.Kept[programme.HelpLine]{}, nil
	}
	lines, err := v.helpLines()
	if err != nil {
		return store.Kept[programme.HelpLine]{}, err
	}
	i := slices.IndexFunc(lines, func(k store.Kept[programme.HelpLine]) bool { return k.Row.ID == id })
	if i < 0 {
		return store.Kept[programme.HelpLine]{}, store.ErrNotFound
	}
	return lines[i], nil
}

func (v *visit) helpLinePage() error {
	line, err := v.helpLineAt()
	if err != nil {
		return err
	}
	return v.showHelpLine(line, v.verifyForm(line), v.lineForm(line, programme.HelpLineSheet().Values(line.Row)))
}

func (v *visit) showHelpLine(line store.Kept[programme.HelpLine], verify, edit *Form) error {
	l := line.Row
	p := helpLinePage{Verify: verify, Edit: edit}
	title := v.text("console.content.line.add")
	if l.ID != "" {
		title = l.Name(v.lang)
		p.Facts = []Fact{
			{Label: v.text("console.content.line.number"), Text: l.Number, Chip: v.lineChip(l)},
			{Label: v.text("console.content.line.last"), Text: v.lineChecked(l)},
			{Label: v.text("console.content.line.evidence"), Text: strings.ReplaceAll(l.State, "_", " ")},
		}
	}
	page := view{
		name: "content-line", title: title, section: "content",
		crumbs: v.contentCrumbs(Link{Href: helpLinesPath, Text: v.text("console.content.lines")}),
	}
	if verify != nil && len(verify.Errors) > 0 || len(edit.Errors) > 0 {
		page.status = http.StatusUnprocessableEntity
	}
	return v.show(page, p)
}

// verifyForm notes that somebody dialled the line today; nil without a number.
func (v *visit) verifyForm(line store.Kept[programme.HelpLine]) *Form {
	if line.Row.Number == "" {
		return nil
	}
	f := v.newForm(v.text("console.content.line.verify"), Group{Fields: []Field{
		{Kind: FieldText, Name: "answered", Label: v.text("console.content.line.answered"), Hint: v.text("console.content.line.answered_hint"), Required: true, Max: 120, Wide: true},
	}})
	f.Action = helpLinesPath + "/" + pathOf(line.Row.ID) + "/verify"
	f.Version = line.Mark
	return f
}

// lineColumns are the columns that a form of a line has: whether it answers is
// noted apart, and which are shown without that is for who publishes.
func (v *visit) lineColumns() []programme.Column {
	return slices.DeleteFunc(programme.HelpLineSheet().Columns(), func(c programme.Column) bool {
		return c.Name == "verificada_el" || c.Name == "verificada_por" || c.Name == "siempre" && !v.may(store.PublishContent)
	})
}

func (v *visit) lineForm(line store.Kept[programme.HelpLine], values map[string]string) *Form {
	var fields []Field
	for _, c := range v.lineColumns() {
		f := v.field(c, values[c.Name], nil)
		if c.Name == "id" && line.Row.ID != "" {
			f.Kind, f.Value, f.Hint = FieldReadOnly, line.Row.ID, ""
		}
		fields = append(fields, f)
	}
	f := v.newForm(v.text("console.form.save"), Group{Fields: fields})
	f.Version = line.Mark
	f.Quiet = line.Row.ID != ""
	f.Cancel = Link{Href: helpLinesPath, Text: v.text("console.form.cancel")}
	return f
}

// changeHelpLine saves a line, with the checks of the import. Another number is
// one that nobody dialled: the line is hidden until somebody does.
func (v *visit) changeHelpLine() error {
	line, err := v.helpLineAt()
	if err != nil {
		return err
	}
	sheet := programme.HelpLineSheet()
	values := sheet.Values(line.Row)
	if line.Row.ID == "" {
		values["siempre"] = string(programme.StatedNo)
	}
	for name, value := range v.posted(v.lineColumns()) {
		if name != "id" || line.Row.ID == "" {
			values[name] = value
		}
	}
	changed, errs := sheet.Read(v.set.Data, values)
	f := v.lineForm(line, values)
	for _, c := range v.lineColumns() {
		if field := f.Field(c.Name); c.Kind != programme.CellCodes && field.Kind != FieldReadOnly {
			field.Value = values[c.Name]
		}
	}
	for _, e := range errs {
		v.refuse(f, e.Column, v.rowError(e))
	}
	if line.Row.ID == "" && len(errs) == 0 {
		lines, err := v.helpLines()
		if err != nil {
			return err
		}
		if changed.ID == newCall || slices.ContainsFunc(lines, func(k store.Kept[programme.HelpLine]) bool { return k.Row.ID == changed.ID }) {
			v.refuse(f, "id", v.text("console.content.line.taken"))
		}
	}
	if len(f.Errors) > 0 {
		return v.showHelpLine(line, v.verifyForm(line), f)
	}
	changed.Withdrawn = line.Row.Withdrawn
	if changed.Number != line.Row.Number {
		changed.VerifiedOn, changed.VerifiedBy = programme.Date{}, ""
	}
	if err := v.saveHelpLine(actChangeHelpLine, line, changed); err != nil {
		return err
	}
	return v.redirect(helpLinesPath, "line_saved", "codigo", changed.ID)
}

// verifyHelpLine notes that who visits dialled the line today, and what answered.
func (v *visit) verifyHelpLine() error {
	line, err := v.helpLineAt()
	if err != nil {
		return err
	}
	f := v.verifyForm(line)
	if f == nil {
		return store.ErrNotFound
	}
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showHelpLine(line, f, v.lineForm(line, programme.HelpLineSheet().Values(line.Row)))
	}
	checked := line.Row
	checked.VerifiedOn = v.set.Today(v.now)
	checked.VerifiedBy = strings.ToLower(v.catalog.Text(spanish, "console.role."+string(v.staff.Role), nil)) // of the role, never a name
	checked.State = v.catalog.Text(spanish, "console.content.line.answered_as", map[string]any{"respuesta": f.Field("answered").Value})
	if err := v.saveHelpLine(actVerifyHelpLine, line, checked); err != nil {
		return err
	}
	return v.redirect(helpLinesPath, "line_verified", "codigo", checked.ID)
}

// saveHelpLine records and writes a line that is still as the form had it. Where
// no list was imported yet, the lines of the program become the list first.
func (v *visit) saveHelpLine(what act, was store.Kept[programme.HelpLine], is programme.HelpLine) error {
	if seen := v.form.Get("_version"); seen != "" && seen != was.Mark {
		return store.ErrConflict
	}
	if err := v.record(what, "helpline:"+is.ID); err != nil {
		return err
	}
	if was.Mark == "" {
		imported, err := store.KeptRow[programme.HelpLine](v.ctx(), v.store, is.ID)
		switch {
		case err == nil:
			was.Mark = imported.Mark
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
		all, err := store.KeptRows[programme.HelpLine](v.ctx(), v.store)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			rest := slices.DeleteFunc(slices.Clone(v.set.Data.HelpLines), func(l programme.HelpLine) bool { return l.ID == is.ID })
			if _, err := store.PutRows(v.ctx(), v.store, slices.Values(rest)); err != nil {
				return err
			}
		}
	}
	refused, err := store.ChangeRows(v.ctx(), v.store, []store.Kept[programme.HelpLine]{{Row: is, Mark: was.Mark}})
	if err == nil && len(refused) > 0 {
		err = store.ErrConflict
	}
	return err
}
