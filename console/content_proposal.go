package console

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
)

func proposalPath(id string) string { return contentPath + "/proposals/" + pathOf(id) }

// propose keeps a proposal and goes to its page. f is the form it came from;
// refused shows it again.
func (v *visit) propose(c *content, about string, e *flows.Edit, f *Form, refused func() error) error {
	p := store.Proposal{ID: store.NewProposalID(), About: about, Edit: e, Was: c.Of(about), Staff: v.staff.ID, At: v.now.Unix()}
	if err := v.record(actPropose, about); err != nil {
		return err
	}
	err := v.store.Propose(v.ctx(), p)
	if errors.Is(err, store.ErrTooMany) && f != nil {
		v.refuse(f, "", v.text("console.content.too_many"))
		return refused()
	}
	if err != nil {
		return err
	}
	return v.redirect(proposalPath(p.ID), "proposed")
}

// A proposalPage shows what a proposal would change, and publishes it.
type proposalPage struct {
	Facts   []Fact
	Warning []string
	Before  comparison
	After   comparison
	Publish *Form // nil: who looks may not
	Waits   string
	Drop    *Act
}

// A comparison is one side of a change.
type comparison struct {
	Title string
	Words []Fact // a text as it is written, or the settings
	Chat  *chat
}

func (v *visit) proposalPage() error {
	p, err := v.store.Proposal(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	return v.showProposal(p, "")
}

// showProposal shows a proposal; fault says why it was not published.
func (v *visit) showProposal(p store.Proposal, fault string) error {
	c, err := v.content()
	if err != nil {
		return err
	}
	page := proposalPage{
		Facts: []Fact{
			{Label: v.text("console.content.what"), Text: v.aboutName(c, p.About), Href: v.aboutPath(p.About)},
			{Label: v.text("console.content.who"), Text: v.memberName(p.Staff)},
			{Label: v.text("console.content.when"), Text: v.moment(unix(p.At), v.now)},
		},
		Before: comparison{Title: v.text("console.content.now")}, After: comparison{Title: v.text("console.content.then")},
	}
	whole, warnings := v.compare(c, p, &page)
	page.Warning = warnings
	if fault != "" {
		page.Warning = append([]string{fault}, page.Warning...)
	} else if was, now := p.Was, c.Of(p.About); editMark(was) != editMark(now) {
		page.Warning = append(page.Warning, v.text("console.content.moved_on"))
	}
	if p.Staff == v.staff.ID || v.may(store.PublishContent) {
		page.Drop = v.actButton(proposalPath(p.ID)+"/drop", v.text("console.content.drop"))
	}
	switch {
	case !v.may(store.PublishContent):
		page.Waits = v.text("console.content.waits")
	case v.needsOther(p):
		page.Waits = v.text("console.content.waits_other")
	case whole:
		page.Publish = v.newForm(v.text("console.content.publish"))
		page.Publish.Action = proposalPath(p.ID) + "/publish"
		page.Publish.Version = c.Mark(p.About)
	}
	out := view{name: "content-proposal", title: v.text("console.content.proposal"), section: "content", wide: true, crumbs: v.contentCrumbs(), style: contentStyle}
	if fault != "" {
		out.status = http.StatusConflict
	}
	return v.show(out, page)
}

// needsOther reports whether somebody else must publish: on some texts rights or
// safety depend, and two people read those.
func (v *visit) needsOther(p store.Proposal) bool {
	_, key, _ := strings.Cut(strings.TrimPrefix(p.About, flows.AboutText), ":")
	return strings.HasPrefix(p.About, flows.AboutText) && locales.Careful(key) && p.Staff == v.staff.ID
}

// editMark tells edits apart.
func editMark(e *flows.Edit) string {
	if e == nil {
		return ""
	}
	return (store.Content{Edits: []flows.Edit{*e}}).Mark(e.About())
}

// compare fills both sides. whole is false when it cannot be published as it is.
func (v *visit) compare(c *content, p store.Proposal, page *proposalPage) (whole bool, warnings []string) {
	edits := slices.DeleteFunc(slices.Clone(c.Edits), func(e flows.Edit) bool { return e.About() == p.About })
	if p.Edit != nil {
		edits = append(edits, *p.Edit)
	}
	set, left := c.set.Files().Publish(edits, v.set.Today(v.now))
	whole = true
	for _, l := range left {
		if l.About != p.About {
			continue
		}
		whole = false
		warnings = append(warnings, v.text("console.content.does_not_fit"))
		for _, f := range l.Findings {
			warnings = append(warnings, v.findingWords(locales.Finding{Rule: f.Rule, Message: f.Message, Mend: f.Mend}))
		}
	}
	kind, name, _ := strings.Cut(p.About, ":")
	switch kind + ":" {
	case flows.AboutText:
		lang, key, _ := strings.Cut(name, ":")
		page.Before.Words, page.Before.Chat = v.textSide(c, c.set, lang, key)
		if whole {
			page.After.Words, page.After.Chat = v.textSide(c, set, lang, key)
			for _, f := range set.Catalog.CheckText(lang, key, set.IsLabel(key, c.places[key])) {
				warnings = append(warnings, v.findingWords(f))
			}
		}
	case flows.AboutCall:
		before, had := c.set.Data.Calls.ByID(name)
		after, has := set.Data.Calls.ByID(name)
		if had {
			page.Before.Words = v.callFacts(before)
		}
		if has {
			page.After.Words = v.callFacts(after)
		}
		page.Before.Words, page.After.Words = onlyDifferent(page.Before.Words, page.After.Words)
		if is, was := set.Round.ID, c.set.Round.ID; is != was {
			warnings = append(warnings, v.text("console.content.call.switches", "codigo", v.callName(&content{set: set}, is)))
		}
	case flows.AboutParameter:
		name, _, _ = strings.Cut(name, ":")
		page.Before.Words, page.After.Words = v.figureFacts(c.set, name), v.figureFacts(set, name)
		page.Before.Words, page.After.Words = onlyDifferent(page.Before.Words, page.After.Words)
	}
	return whole, warnings
}

// textSide is a text as it is written, and in its conversation.
func (v *visit) textSide(c *content, set *flows.Set, lang, key string) (words []Fact, shown *chat) {
	forms := set.Catalog.Forms(lang, key)
	if forms == nil {
		return []Fact{{Text: v.text("console.content.as_spanish")}}, nil
	}
	for _, form := range set.Catalog.PluralForms(lang, key) {
		words = append(words, Fact{Label: v.formName(c, key, form), Text: forms[form]})
	}
	in := v.chatOf(c, set, lang, key)
	return words, &in
}

// onlyDifferent leaves out what both sides have.
func onlyDifferent(a, b []Fact) (x, y []Fact) {
	without := func(side, other []Fact) (out []Fact) {
		for _, f := range side {
			if !slices.Contains(other, f) {
				out = append(out, f)
			}
		}
		return out
	}
	return without(a, b), without(b, a)
}

// publish makes a proposal what people read. Whoever looked at something that
// somebody else changed meanwhile sees what differs, and chooses.
func (v *visit) publish() error {
	p, err := v.store.Proposal(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	c, err := v.content()
	if err != nil {
		return err
	}
	if v.needsOther(p) {
		return errForbidden
	}
	if whole, _ := v.compare(c, p, &proposalPage{}); !whole {
		return v.showProposal(p, v.text("console.content.does_not_fit"))
	}
	seen := cmp.Or(v.form.Get("_version"), c.Mark(p.About))
	if seen != c.Mark(p.About) {
		return v.showProposal(p, v.text("console.content.moved_on"))
	}
	if err := v.record(actPublish, p.About); err != nil {
		return err
	}
	if _, err := v.store.Publish(v.ctx(), p, seen, v.staff.ID, v.now.Unix()); err != nil {
		return err
	}
	return v.redirect(v.aboutPath(p.About), "published")
}

func (v *visit) dropProposal() error {
	p, err := v.store.Proposal(v.ctx(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if p.Staff != v.staff.ID && !v.may(store.PublishContent) {
		return errForbidden
	}
	if err := v.record(actDropProposal, p.About); err != nil {
		return err
	}
	if err := v.store.DropProposal(v.ctx(), p.ID); err != nil {
		return err
	}
	return v.redirect(contentPath, "proposal_dropped")
}

// aboutPath is the page of what an edit is about.
func (v *visit) aboutPath(about string) string {
	kind, name, _ := strings.Cut(about, ":")
	switch kind + ":" {
	case flows.AboutText:
		_, key, _ := strings.Cut(name, ":")
		return textPath(key)
	case flows.AboutCall:
		return contentPath + "/calls"
	case flows.AboutParameter:
		name, _, _ = strings.Cut(name, ":")
		return contentPath + "/figures/" + pathOf(name)
	}
	return contentPath
}

// A contentHistoryPage lists what was published.
type contentHistoryPage struct{ List Table }

// history is the content of now and all that was published, the newest first.
func (v *visit) history() (*content, []store.ContentEntry, error) {
	c, err := v.content()
	if err != nil {
		return nil, nil, err
	}
	all, err := v.store.ContentHistory(v.ctx())
	return c, all, err
}

func (v *visit) contentHistoryPage() error {
	c, all, err := v.history()
	if err != nil {
		return err
	}
	from, to, pager := v.pager(len(all))
	t := v.historyTable(c, all[from:to])
	t.Pager = pager
	return v.show(view{
		name: "content-history", title: v.text("console.content.history"), lead: v.text("console.content.history_lead"), section: "content", wide: true, crumbs: v.contentCrumbs(),
	}, contentHistoryPage{t})
}

func (v *visit) historyTable(c *content, entries []store.ContentEntry) Table {
	t := Table{
		Caption: v.text("console.content.published"),
		Columns: []Column{
			{Text: v.text("console.content.what")}, {Text: v.text("console.content.before")}, {Text: v.text("console.content.after")},
			{Text: v.text("console.content.who")}, {Text: v.text("console.content.when")}, {Text: v.text("console.table.act")},
		},
		Empty: Empty{Title: v.text("console.content.none_published")},
	}
	seen := map[string]bool{} // by about: its newest entry was there
	for _, e := range entries {
		who := Cell{Text: v.memberName(e.Staff)}
		if e.Author != e.Staff {
			who.Sub = v.text("console.content.by_author", "nombre", v.memberName(e.Author))
		}
		row := Row{Cells: []Cell{
			{Text: v.aboutName(c, e.About), Href: v.aboutPath(e.About)}, {Text: v.editWords(c, e.About, e.Was)}, {Text: v.editWords(c, e.About, e.Edit)},
			who, {Text: v.short(unix(e.At), v.now)}, {},
		}}
		if !seen[e.About] && editMark(e.Edit) == editMark(c.Of(e.About)) {
			row.Cells[5].Action = v.actButton(contentPath+"/history/"+strconv.FormatInt(e.Revision, 10)+"/undo", v.text("console.content.undo"))
		}
		seen[e.About] = true
		t.Rows = append(t.Rows, row)
	}
	return t
}

// undo proposes what was before an entry of the history.
func (v *visit) undo() error {
	c, all, err := v.history()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(e store.ContentEntry) bool { return strconv.FormatInt(e.Revision, 10) == v.r.PathValue("revision") })
	if i < 0 {
		return store.ErrNotFound
	}
	return v.propose(c, all[i].About, all[i].Was, nil, nil)
}
