package console

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/programme"
	"arraigo/store"
)

// The parts of a form that are about one language begin so; its tag follows.
const fieldTextIn = "text_"

// A composePage is the form of an announcement with its estimate beside it.
type composePage struct {
	Form     *Form
	Estimate estimate
}

// An estimate is what is known of an announcement while it is written: how many
// it would reach, what to look out for, and how it looks on a telephone.
type estimate struct {
	People   string
	Warnings []string
	Phones   []phone
}

// A composed announcement is what the form says.
type composed struct {
	title   string
	chosen  outreach.Selection
	groups  [][]flows.Entry
	content map[string]store.Piece
	at      time.Time
}

// scope bounds whom the staff member may choose.
func (v *visit) scope() outreach.Scope {
	return outreach.Scope{Lines: v.staff.Lines, Towns: v.staff.Towns}
}

// composeForm is the form, filled with what there is.
func (v *visit) composeForm(submit string, c composed, offer *programme.Offer) *Form {
	checks := func(d outreach.Dimension) Field {
		f := Field{Kind: FieldChecks, Name: string(d), Label: v.text("console.outreach.by." + string(d)), Values: c.chosen[d]}
		for _, o := range outreach.Choices(v.set, offer, d, v.scope()) {
			f.Options = append(f.Options, Option{Value: o.Value, Text: v.say(o.Label)})
		}
		return f
	}
	typed := func(name, key string, dimensions ...outreach.Dimension) Field {
		var lines []string
		for _, d := range dimensions {
			for _, value := range c.chosen[d] {
				lines = append(lines, v.say(outreach.Label(v.set, offer, d, value)))
			}
		}
		return Field{Kind: FieldArea, Name: name, Label: v.text("console.outreach.by." + key), Hint: v.text("console.outreach.by." + key + "_hint"), Value: strings.Join(lines, "\n"), Rows: 2, Wide: true}
	}
	whom := []Field{checks(outreach.ByLine), checks(outreach.ByOutcome), typed("places", "place", outreach.ByMunicipality, outreach.ByDepartment), typed("jobs", "job", outreach.ByOccupation)}
	for _, d := range []outreach.Dimension{outreach.ByCourse, outreach.ByEvent, outreach.ByLanguage, outreach.ByPopulation} {
		if f := checks(d); len(f.Options) > 0 {
			whom = append(whom, f)
		}
	}
	f := v.newForm(submit,
		Group{Fields: []Field{{Kind: FieldText, Name: "title", Label: v.text("console.outreach.title"), Hint: v.text("console.outreach.title_hint"), Value: c.title, Required: true, Max: 80, Wide: true}}},
		Group{Title: v.text("console.outreach.message"), Hint: v.text("console.outreach.message_hint"), Fields: v.textFields(c)},
		Group{Title: v.text("console.outreach.whom"), Hint: v.text("console.outreach.whom_hint"), Fields: whom},
		Group{Title: v.text("console.outreach.when"), Hint: v.text("console.outreach.when_hint"), Fields: v.whenFields(c.at)},
	)
	f.Cancel = Link{Href: outreachPath, Text: v.text("console.form.cancel")}
	f.Check = outreachPath + "/check"
	return f
}

func (v *visit) textFields(c composed) []Field {
	var fields []Field
	for _, l := range v.set.Catalog.Languages() {
		if l.Status == "empty" {
			continue
		}
		typed, whole := htmlTyped(c.content[l.Tag].HTML)
		f := Field{
			Kind: FieldArea, Name: fieldTextIn + l.Tag, Label: v.text("console.outreach.text_in", "idioma", l.Name), Value: typed,
			Max: 3 * flows.MaxMessage, Rows: 3, Wide: true, Required: l.Tag == spanish,
		}
		if l.Tag == spanish {
			f.Rows = 6
		}
		if !whole {
			f.Warning = v.text("console.outreach.formatting_lost")
		}
		fields = append(fields, f)
	}
	slices.SortStableFunc(fields, func(a, b Field) int {
		return strings.Compare(strings.TrimPrefix(a.Name, fieldTextIn+spanish), strings.TrimPrefix(b.Name, fieldTextIn+spanish))
	})
	if v.cfg.Bot.KeepFile != nil {
		file := Field{Kind: FieldFile, Name: "file", Label: v.text("console.outreach.file"), Hint: v.text("console.outreach.file_hint"), Accept: "image/jpeg,image/png,application/pdf", Wide: true}
		if media := c.content[spanish].Media; media != "" {
			file.Hint = v.text("console.outreach.file_kept", "archivo", v.text("console.outreach.media."+media))
		}
		fields = append(fields, file)
	}
	return fields
}

func (v *visit) whenFields(at time.Time) []Field {
	fields := []Field{
		{Kind: FieldRadio, Name: "start", Label: v.text("console.outreach.start"), Value: "now", Required: true, Options: []Option{
			{Value: "now", Text: v.text("console.outreach.start_now")}, {Value: "later", Text: v.text("console.outreach.start_later")},
		}},
		{Kind: FieldDate, Name: "day", Label: v.text("console.outreach.day")},
		{Kind: FieldTime, Name: "hour", Label: v.text("console.outreach.hour")},
	}
	if !at.IsZero() {
		at = at.In(v.zone)
		fields[0].Value, fields[1].Value, fields[2].Value = "later", at.Format(time.DateOnly), at.Format("15:04")
	}
	return fields
}

// readComposed takes an announcement out of a form that was posted; what is wrong
// in it is said in the form. before is what was stored, whose file stays unless
// there is a new one.
func (v *visit) readComposed(f *Form, offer *programme.Offer, before map[string]store.Piece) composed {
	v.fill(f)
	c := composed{title: f.Field("title").Value, chosen: outreach.Selection{}, content: map[string]store.Piece{}}
	for _, d := range []outreach.Dimension{outreach.ByLine, outreach.ByOutcome, outreach.ByCourse, outreach.ByEvent, outreach.ByLanguage, outreach.ByPopulation} {
		if field := f.Field(string(d)); field != nil && len(field.Values) > 0 {
			c.chosen[d] = field.Values
		}
	}
	v.readPlaces(f, c.chosen)
	v.readJobs(f, c.chosen)
	if err := c.chosen.Check(v.set, offer, v.scope()); err != nil {
		v.refuse(f, "", v.text("console.outreach.scope"))
	}
	c.groups = c.chosen.Groups(v.scope())
	media := before[spanish]
	for _, l := range v.set.Catalog.Languages() {
		field := f.Field(fieldTextIn + l.Tag)
		if field == nil || field.Value == "" {
			continue
		}
		piece := store.Piece{HTML: typedHTML(field.Value), Media: media.Media, FileID: media.FileID}
		if err := outreach.CheckPiece(piece); err != nil {
			v.refuse(f, field.Name, v.pieceFault(err))
		}
		c.content[l.Tag] = piece
	}
	c.at = v.readWhen(f)
	return c
}

func (v *visit) pieceFault(err error) string {
	if long, ok := errors.AsType[*outreach.LengthError](err); ok {
		return v.text("console.outreach.too_long", "letras", v.number(long.Length), "limite", v.number(long.Limit))
	}
	return v.text("console.outreach.nothing_to_send")
}

// typedLines are the lines of an area, without empty ones.
func typedLines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// readPlaces reads municipalities and departments by their names.
func (v *visit) readPlaces(f *Form, chosen outreach.Selection) {
	for _, line := range typedLines(f.Field("places").Value) {
		if code, ok := v.findDepartment(line); ok {
			chosen[outreach.ByDepartment] = append(chosen[outreach.ByDepartment], code)
		} else if code, ok := v.findTown(line); ok {
			chosen[outreach.ByMunicipality] = append(chosen[outreach.ByMunicipality], code)
		} else {
			v.refuse(f, "places", v.text("console.team.no_town", "nombre", line))
		}
	}
}

func (v *visit) findDepartment(name string) (string, bool) {
	wanted := programme.Normalize(name)
	for _, d := range v.set.Data.Municipalities.Departments() {
		if programme.Normalize(d.Name) == wanted {
			return d.Code, true
		}
	}
	return "", false
}

func (v *visit) readJobs(f *Form, chosen outreach.Selection) {
	for _, line := range typedLines(f.Field("jobs").Value) {
		match := v.set.Data.Occupations.Match(line)
		if match.Kind != programme.MatchExact {
			v.refuse(f, "jobs", v.text("console.outreach.no_job", "nombre", line))
			continue
		}
		chosen[outreach.ByOccupation] = append(chosen[outreach.ByOccupation], match.Candidates[0].Code)
	}
}

// readWhen reads the moment to begin; zero: at once.
func (v *visit) readWhen(f *Form) time.Time {
	if f.Field("start").Value != "later" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly+" 15:04", f.Field("day").Value+" "+f.Field("hour").Value, v.zone)
	switch {
	case err != nil:
		v.refuse(f, "day", v.text("console.outreach.no_moment"))
	case !at.After(v.now):
		v.refuse(f, "day", v.text("console.outreach.past"))
	case at.Sub(v.now) > outreach.FarthestStart:
		v.refuse(f, "day", v.text("console.outreach.far"))
	}
	return at
}

// estimate looks at an announcement without keeping it.
func (v *visit) estimate(c composed) (estimate, error) {
	size, err := v.desk().Count(v.ctx(), c.groups)
	if err != nil {
		return estimate{}, err
	}
	e := estimate{People: v.text("console.outreach.reaches", "count", size), Phones: v.phones(c.content)}
	warn := func(key string, pairs ...any) { e.Warnings = append(e.Warnings, v.text(key, pairs...)) }
	switch {
	case size == 0:
		warn("console.outreach.nobody")
	case outreach.Exposes(c.groups, size):
		// The number itself could tell who somebody is.
		e.People = v.text("console.outreach.reaches_few", "menos", outreach.LeastGroup)
		warn("console.outreach.exposes", "menos", outreach.LeastGroup)
	case len(c.chosen[outreach.ByPopulation]) > 0:
		warn("console.outreach.population")
	}
	if v.desk().NeedsApproval(size) {
		warn("console.outreach.approval")
	}
	if awake := v.set.Awake(laterOf(c.at, v.now)); awake.After(laterOf(c.at, v.now)) {
		warn("console.outreach.quiet", "hora", v.moment(awake, v.now))
	}
	return e, nil
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (v *visit) desk() outreach.Desk {
	return outreach.Desk{Store: v.store, ApproveAbove: v.cfg.ApproveAbove}
}

func (v *visit) composeNew() error {
	return v.compose(v.text("console.outreach.new"), composed{}, http.StatusOK, nil)
}

// compose shows the form. f is nil unless it was posted and refused.
func (v *visit) compose(title string, c composed, status int, f *Form) error {
	offer, err := v.offer()
	if err != nil {
		return err
	}
	if f == nil {
		f = v.composeForm(v.text("console.outreach.save"), c, offer)
		f.Upload = v.cfg.Bot.KeepFile != nil
	}
	if c.groups == nil {
		c.groups = c.chosen.Groups(v.scope())
	}
	e, err := v.estimate(c)
	if err != nil {
		return err
	}
	return v.show(view{
		name: "compose", style: "phone.css", title: title, section: "outreach", wide: true, status: status,
		crumbs: []Link{{Href: outreachPath, Text: v.text("console.menu.outreach")}},
	}, composePage{f, e})
}

// countOutreach answers what a form says so far, while it is being written.
func (v *visit) countOutreach() error {
	offer, err := v.offer()
	if err != nil {
		return err
	}
	f := v.composeForm("", composed{}, offer)
	e, err := v.estimate(v.readComposed(f, offer, nil))
	if err != nil {
		return err
	}
	return v.part("estimate", e)
}

// postCompose keeps a new draft, or changes one.
func (v *visit) postCompose() error {
	o := store.Outreach{
		ID: store.NewOutreachID(), Kind: store.KindAnnouncement, State: store.OutreachDraft,
		Topic: flows.PurposeOffers, Author: v.staff.ID, Created: v.now,
	}
	changes, title := v.r.PathValue("id") != "", v.text("console.outreach.new")
	if changes {
		var err error
		if o, err = v.ownDraft(); err != nil {
			return err
		}
		title = v.outreachTitle(o)
	}
	offer, err := v.offer()
	if err != nil {
		return err
	}
	f := v.composeForm(v.text("console.outreach.save"), composed{content: o.Content}, offer)
	f.Upload = v.cfg.Bot.KeepFile != nil
	f.Version = strconv.FormatInt(o.Version, 10)
	c := v.readComposed(f, offer, o.Content)
	if changes && v.form.Get("_version") != f.Version {
		v.refuse(f, "", v.text("console.outreach.changed"))
	}
	if len(f.Errors) == 0 {
		if err := v.takeFile(f, &c); err != nil {
			return err
		}
	}
	if len(f.Errors) > 0 {
		return v.compose(title, c, http.StatusUnprocessableEntity, f)
	}
	o.Title, o.Audience, o.Content, o.At = c.title, c.groups, c.content, c.at
	if err := v.record(actWriteOutreach, o.ID); err != nil {
		return err
	}
	if changes {
		_, err = v.store.ChangeOutreach(v.ctx(), o.ID, o.Version, o)
	} else {
		_, err = v.store.CreateOutreach(v.ctx(), o)
	}
	if err != nil {
		return err
	}
	return v.redirect(outreachPath+"/"+pathOf(o.ID), "outreach_saved")
}

// ownDraft is the draft of the address; only its author changes it.
func (v *visit) ownDraft() (store.Outreach, error) {
	o, err := v.readOutreach()
	switch {
	case err != nil:
		return o, err
	case o.Author != v.staff.ID || o.Kind != store.KindAnnouncement:
		return o, errForbidden
	case o.State != store.OutreachDraft:
		return o, store.ErrConflict
	}
	return o, nil
}

func (v *visit) editOutreachPage() error {
	o, err := v.ownDraft()
	if err != nil {
		return err
	}
	offer, err := v.offer()
	if err != nil {
		return err
	}
	c := composed{title: o.Title, chosen: outreach.Chosen(o.Audience), groups: o.Audience, content: o.Content, at: o.At}
	f := v.composeForm(v.text("console.outreach.save"), c, offer)
	f.Upload = v.cfg.Bot.KeepFile != nil
	f.Version = strconv.FormatInt(o.Version, 10)
	return v.compose(v.outreachTitle(o), c, http.StatusOK, f)
}

// takeFile hands an attached file to Telegram, which keeps it, and puts its id
// beside the texts.
func (v *visit) takeFile(f *Form, c *composed) error {
	file, head, err := v.r.FormFile("file")
	if err != nil {
		return nil // none was chosen
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil || len(body) == 0 {
		v.refuse(f, "file", v.text("console.outreach.file_bad"))
		return nil
	}
	kind := "document"
	if t := http.DetectContentType(body); t == "image/jpeg" || t == "image/png" {
		kind = "photo"
	}
	piece, err := v.cfg.Bot.KeepFile(v.ctx(), v.staff.Chat, kind, head.Filename, body)
	if err != nil {
		v.refuse(f, "file", v.text("console.outreach.file_refused"))
		return nil
	}
	for lang, p := range c.content {
		p.Media, p.FileID = piece.Media, piece.FileID
		if err := outreach.CheckPiece(p); err != nil {
			v.refuse(f, fieldTextIn+lang, v.pieceFault(err))
		}
		c.content[lang] = p
	}
	return nil
}
