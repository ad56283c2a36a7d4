package console

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"arraigo/flows"
	"arraigo/store"
)

// Bounds of an answer.
const (
	maxReply   = 3500 // code points, as bot sends them
	maxCaption = 1000
	maxPhoto   = 5 << 20
)

func (v *visit) replyForm(r *store.Record) *Form {
	f := v.newForm(v.text("console.inbox.send"), Group{Fields: []Field{
		{Kind: FieldArea, Name: "reply", Label: v.text("console.inbox.reply"), Hint: v.text("console.inbox.reply_hint", "idioma", v.languageName(r.Session.Language)), Max: maxReply, Rows: 4},
		{Kind: FieldFile, Name: "file", Label: v.text("console.inbox.file"), Hint: v.text("console.inbox.file_hint"), Accept: "image/*,.pdf,.doc,.docx,.xls,.xlsx,.txt", Wide: true},
	}})
	f.Action, f.Upload = casePath(r.ID)+"/reply", true
	return f
}

// cannedNames are the answers that are ready: console.canned.NAME.title for the
// team, canned.NAME in the person's language.
var cannedNames = []string{"received", "hours", "documents", "screening", "free", "call", "thanks"}

// canned are the answers that are ready, in the language of the person.
func (v *visit) canned(r *store.Record) []Option {
	var out []Option
	for _, name := range cannedNames {
		out = append(out, Option{Value: name, Text: v.text("console.canned." + name), Hint: v.catalog.Text(r.Session.Language, "canned."+name, nil)})
	}
	return out
}

// tell puts something into the queue of a case that is open.
func (v *visit) tell(r *store.Record, t *store.Ticket, e store.Relay, content []byte) error {
	e.Contact, e.Ticket, e.By, e.Staff, e.Since = r.ID, t.Number, v.nameOf(v.staff), v.staff.ID, v.now
	return v.store.Tell(v.ctx(), e, cmp.Or(v.form.Get(fieldOnce), newOnce()), content)
}

// replyCase answers a person: with words, a picture or a document, or with an
// answer that is ready.
func (v *visit) replyCase() error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if !t.Open() {
		return store.ErrConflict
	}
	f := v.replyForm(r)
	v.fill(f)
	e := store.Relay{Kind: store.RelayReply, Text: f.Field("reply").Value}
	if name := v.form.Get("canned"); slices.Contains(cannedNames, name) {
		e.Text = v.catalog.Text(r.Session.Language, "canned."+name, nil)
	}
	content, err := v.attached(f, &e)
	if err != nil {
		return err
	}
	if e.Text == "" && len(content) == 0 && len(f.Errors) == 0 {
		v.refuse(f, "reply", v.text("console.inbox.nothing"))
	}
	if len(content) > 0 && utf8.RuneCountInString(e.Text) > maxCaption {
		v.refuse(f, "reply", v.text("console.inbox.long_caption", "count", maxCaption))
	}
	if len(f.Errors) > 0 {
		return v.showCase(r, t, f)
	}
	if err := v.record(actReplyCase, string(r.ID)); err != nil {
		return err
	}
	if err := v.tell(r, t, e, content); err != nil {
		return err
	}
	return v.redirect(casePath(r.ID)+"#end", "")
}

// attached reads the file of an answer. A picture that Telegram shows as one goes
// as a picture, anything else as a document.
func (v *visit) attached(f *Form, e *store.Relay) ([]byte, error) {
	if v.r.MultipartForm == nil {
		return nil, nil
	}
	file, head, err := v.r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	if err != nil {
		return nil, errBadForm
	}
	defer file.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(file); err != nil {
		return nil, errBadForm
	}
	if b.Len() == 0 {
		v.refuse(f, "file", v.text("console.inbox.empty_file"))
		return nil, nil
	}
	e.Name = clip(path.Base(strings.ReplaceAll(head.Filename, `\`, "/")), 80)
	e.Media = string(flows.InputDocument)
	if kind := http.DetectContentType(b.Bytes()); (kind == "image/jpeg" || kind == "image/png") && b.Len() <= maxPhoto {
		e.Media = string(flows.InputPhoto)
	}
	return b.Bytes(), nil
}
