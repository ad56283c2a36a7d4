package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"arraigo/programme"
)

// uploadPage asks for a spreadsheet.
func (k *offerKind[T]) uploadPage(v *visit) error { return k.showUpload(v, "") }

// An uploadPage is where a spreadsheet is chosen.
type uploadPage struct {
	Form     *Form
	Needed   []string // columns without which it cannot be read
	Template Link
	Current  Link
}

func (k *offerKind[T]) showUpload(v *visit, wrong string) error {
	f := v.newForm(v.text("console.import.look"), Group{Fields: []Field{{
		Kind: FieldFile, Name: "file", Label: v.text("console.import.file"), Hint: v.text("console.import.file_hint"), Required: true, Wide: true,
		Accept: ".csv,.xlsx,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}}})
	f.Action, f.Upload = importRoot+k.menu, true
	f.Cancel = Link{Href: k.path, Text: v.text("console.form.cancel")}
	p := uploadPage{Form: f,
		Template: Link{Href: k.path + "/export?format=xlsx&empty=1", Text: v.text("console.import.template"), Icon: "download"},
		Current:  Link{Href: k.path + "/export?format=xlsx", Text: v.text("console.import.current"), Icon: "download"},
	}
	p.Needed = k.sheet.Needed()
	page := view{name: "upload", style: "offers.css", title: v.text(k.words.upload), lead: v.text(k.words.uploadLead), section: k.menu, crumbs: k.crumb(v)}
	if wrong != "" {
		v.refuse(f, "file", wrong)
		page.status = http.StatusUnprocessableEntity
	}
	return v.show(page, p)
}

// upload takes a spreadsheet apart and keeps it until somebody says yes to what
// it would do.
func (k *offerKind[T]) upload(v *visit) error {
	file, _, err := v.r.FormFile("file")
	if err != nil {
		return k.showUpload(v, v.text("console.import.no_file"))
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("look at an upload: %w", err)
	}
	raw, err := k.sheet.TakeApart(file, size, maxSheetRows)
	if sheet, bad := isSheetError(err); bad {
		return k.showUpload(v, v.text(sheet.Key(), "columns", v.catalog.List(v.lang, sheet.Columns)))
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(raw)
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	if err := v.record(actUpload, k.noun); err != nil {
		return err
	}
	u, err := v.store.KeepUpload(v.ctx(), v.staff.ID, body)
	if err != nil {
		return err
	}
	// Who sends a large file waits for it anyway: the page that follows, and each of
	// its parts, then need not work it out.
	if _, err := k.planned(v, u); err != nil {
		return err
	}
	return v.redirect(k.uploaded(u.ID), "")
}

// isSheetError takes out why a spreadsheet cannot be read.
func isSheetError(err error) (*programme.SheetError, bool) {
	var sheet *programme.SheetError
	return sheet, errors.As(err, &sheet)
}
