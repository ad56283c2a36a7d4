package console

import (
	"net/http"
	"strconv"
	"strings"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

const figuresPath = contentPath + "/figures"

// figureName is what the team calls a legal figure.
func (v *visit) figureName(name string) string {
	if key := "console.content.figure." + name; v.has(key) {
		return v.text(key)
	}
	return strings.ReplaceAll(name, "_", " ")
}

// figureValue is a value with its unit.
func (v *visit) figureValue(p programme.Parameter) string {
	switch p.Unit {
	case "cop":
		return v.money(p.Value)
	case "percent":
		return strconv.FormatInt(p.Value, 10) + " %"
	case "flag":
		return v.yesNo(p.Value == 1)
	case "minute_of_day":
		return v.clock(programme.Date{Year: 2026, Month: 1, Day: 1}.At(int(p.Value), v.zone))
	}
	return v.text("console.content.unit."+p.Unit, "count", p.Value)
}

// figureRow is one row in a line: what, from when on.
func (v *visit) figureRow(p programme.Parameter) string {
	return v.figureValue(p) + " · " + v.span(p.From, p.To)
}

// A figuresPage lists the legal figures.
type figuresPage struct{ List Table }

func (v *visit) figuresPage() error {
	c, err := v.content()
	if err != nil {
		return err
	}
	t := Table{
		Caption: v.text("console.content.figures"),
		Columns: []Column{
			{Text: v.text("console.content.figure_name")}, {Text: v.text("console.content.today"), Number: true},
			{Text: v.text("console.content.holds")}, {Text: v.text("console.content.state")},
		},
	}
	today := v.set.Today(v.now)
	for _, name := range c.set.Data.Parameters.Names() {
		row := Row{Cells: []Cell{{Text: v.figureName(name), Href: figuresPath + "/" + pathOf(name)}, {}, {}, {}}}
		if p, ok := c.set.Data.Parameters.At(name, today); ok {
			row.Cells[1].Text, row.Cells[2].Text, row.Cells[3].Chips = v.figureValue(p), v.span(p.From, p.To), []Chip{v.figureChip(p)}
		} else {
			row.Cells[3].Chips = []Chip{{v.text("console.content.unknown_today"), ToneBad}}
		}
		t.Rows = append(t.Rows, row)
	}
	return v.show(view{
		name: "content-history", title: v.text("console.content.figures"), lead: v.text("console.content.figures_lead"), section: "content", wide: true, crumbs: v.contentCrumbs(),
	}, figuresPage{t})
}

func (v *visit) figureChip(p programme.Parameter) Chip {
	tone := map[string]string{"confirmed": ToneGood, "provisional": ToneWait, "computed": ToneInfo, "unverified": ToneBad}[p.Status]
	return Chip{v.text("console.content.figure_state." + p.Status), tone}
}

// A figurePage is one figure with all its rows, and the form of a further one.
type figurePage struct {
	List Table
	Note string
	Form *Form
}

func (v *visit) figureAt() (*content, []programme.Parameter, error) {
	c, err := v.content()
	if err != nil {
		return nil, nil, err
	}
	rows := c.set.Data.Parameters.Of(v.r.PathValue("name"))
	if len(rows) == 0 {
		return nil, nil, store.ErrNotFound
	}
	return c, rows, nil
}

func (v *visit) figurePage() error {
	c, rows, err := v.figureAt()
	if err != nil {
		return err
	}
	return v.showFigure(c, rows, v.figureForm(rows[len(rows)-1]))
}

// figureForm is the form of one more row after the newest.
func (v *visit) figureForm(newest programme.Parameter) *Form {
	var states []Option
	for _, s := range programme.ParameterStatuses() {
		states = append(states, Option{Value: s, Text: v.text("console.content.figure_state." + s)})
	}
	submit := "console.content.propose"
	if v.may(store.PublishContent) {
		submit = "console.content.go_on"
	}
	value := Field{Kind: FieldNumber, Name: "value", Label: v.text("console.content.value"), Hint: v.text("console.content.unit_hint." + newest.Unit), Required: true}
	if newest.Unit == "cop" {
		value.Kind = FieldMoney
	}
	return v.newForm(v.text(submit), Group{Fields: []Field{
		value,
		{Kind: FieldDate, Name: "from", Label: v.text("console.content.from"), Required: true},
		{Kind: FieldDate, Name: "to", Label: v.text("console.content.to"), Hint: v.text("console.content.to_hint")},
		{Kind: FieldSelect, Name: "status", Label: v.text("console.content.state"), Options: states, Value: "confirmed", Required: true},
		{Kind: FieldText, Name: "source", Label: v.text("console.content.source"), Hint: v.text("console.content.source_hint"), Required: true, Max: 400, Wide: true},
		{Kind: FieldText, Name: "note", Label: v.text("console.content.note"), Max: 400, Wide: true},
	}})
}

func (v *visit) showFigure(c *content, rows []programme.Parameter, f *Form) error {
	name := rows[0].Name
	t := Table{
		Caption: v.text("console.content.rows"),
		Columns: []Column{
			{Text: v.text("console.content.holds")}, {Text: v.text("console.content.value"), Number: true}, {Text: v.text("console.content.state")}, {Text: v.text("console.content.source")},
		},
	}
	today := v.set.Today(v.now)
	for i := len(rows) - 1; i >= 0; i-- { // the newest first
		p := rows[i]
		chips := []Chip{v.figureChip(p)}
		if at, ok := c.set.Data.Parameters.At(name, today); ok && at == p {
			chips = append(chips, Chip{v.text("console.content.holds_today"), ToneInfo})
		}
		if c.changed(flows.AboutParameter + name + ":" + p.From.String()) {
			chips = append(chips, Chip{v.text("console.content.is_changed"), ToneInfo})
		}
		t.Rows = append(t.Rows, Row{Quiet: !p.To.IsZero() && p.To.Before(today), Cells: []Cell{
			{Text: v.span(p.From, p.To)}, {Text: v.figureValue(p)}, {Chips: chips}, {Text: p.Source, Sub: p.Note},
		}})
	}
	page := view{
		name: "content-figure", title: v.figureName(name), section: "content", wide: true, style: contentStyle,
		crumbs: v.contentCrumbs(Link{Href: figuresPath, Text: v.text("console.content.figures")}),
	}
	if f != nil && len(f.Errors) > 0 {
		page.status = http.StatusUnprocessableEntity
	}
	p := figurePage{List: t, Form: f}
	if _, reason := c.set.Data.WithParameter(programme.Parameter{Name: name, Unit: rows[0].Unit, From: today, Source: "x", Status: "confirmed"}); reason == programme.ParameterAlways {
		p.Note, p.Form = v.text("console.content.parameter.always"), nil
	}
	return v.show(page, p)
}

// figureFacts are the rows of a figure, in words.
func (v *visit) figureFacts(set *flows.Set, name string) (facts []Fact) {
	for _, p := range set.Data.Parameters.Of(name) {
		facts = append(facts, Fact{Label: v.span(p.From, p.To), Text: v.figureValue(p) + " · " + p.Source})
	}
	return facts
}

// proposeFigure makes a proposal of one more row that passes the checks of the
// file.
func (v *visit) proposeFigure() error {
	c, rows, err := v.figureAt()
	if err != nil {
		return err
	}
	f := v.figureForm(rows[len(rows)-1])
	v.fill(f)
	p := programme.Parameter{
		Name: rows[0].Name, Unit: rows[0].Unit, From: v.typedDay(f, "from"), To: v.typedDay(f, "to"),
		Source: f.Field("source").Value, Status: f.Field("status").Value, Note: f.Field("note").Value,
	}
	digits := strings.NewReplacer(".", "", " ", "", "\u00a0", "").Replace(f.Field("value").Value)
	if p.Value, err = strconv.ParseInt(digits, 10, 64); f.Field("value").Value != "" && (err != nil || p.Value < 0 || p.Value > mostPesos) {
		v.refuse(f, "value", v.text("sheet.row.not_number"))
	}
	if len(f.Errors) == 0 {
		if _, reason := c.set.Data.WithParameter(p); reason != "" {
			v.refuse(f, figureField[reason], v.text("console.content.parameter."+reason))
		}
	}
	if len(f.Errors) > 0 {
		return v.showFigure(c, rows, f)
	}
	edit := flows.Edit{Parameter: &p}
	return v.propose(c, edit.About(), &edit, f, func() error { return v.showFigure(c, rows, f) })
}

// mostPesos is more than any legal figure.
const mostPesos = 1_000_000_000

// figureField is the field that a reason belongs to.
var figureField = map[string]string{
	programme.ParameterUndated: "from", programme.ParameterTwice: "from", programme.ParameterEnds: "to",
	programme.ParameterUnsigned: "source", programme.ParameterStatus: "status",
}
