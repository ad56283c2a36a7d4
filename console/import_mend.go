package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"arraigo/programme"
	"arraigo/store"
)

// mendPage shows one row of a spreadsheet as a form, with what is wrong with it.
func (k *offerKind[T]) mendPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	b, number, values, err := k.mending(v)
	if err != nil {
		return err
	}
	v.form = map[string][]string{}
	for _, c := range k.sheet.Columns() {
		v.form[c.Name] = []string{values[c.Name]}
		if c.Kind == programme.CellDocuments || c.Kind == programme.CellCodes {
			v.form[c.Name] = splitCodes(values[c.Name])
		}
	}
	return k.showMend(v, l, b, number, k.typed(v, l, v.text("console.import.mend"), true))
}

// mending finds the row of the address.
func (k *offerKind[T]) mending(v *visit) (bringing[T], int, map[string]string, error) {
	b, err := k.bringing(v)
	if err != nil {
		return b, 0, nil, err
	}
	number, _ := strconv.Atoi(v.r.PathValue("row"))
	i := slices.IndexFunc(b.plan.Rows, func(r programme.PlannedRow[T]) bool { return r.Number == number })
	if i < 0 {
		return b, 0, nil, store.ErrNotFound
	}
	values, _ := b.raw.Filled(number)
	if r := b.plan.Rows[i]; r.Act != programme.ActRefuse {
		values = k.sheet.Values(r.Row) // as it was understood
	}
	return b, number, values, nil
}

func (k *offerKind[T]) showMend(v *visit, l *listed, b bringing[T], number int, d draft[T]) error {
	f := d.form
	f.Action = k.uploaded(b.upload.ID) + "/" + strconv.Itoa(number)
	f.Cancel = Link{Href: k.uploaded(b.upload.ID), Text: v.text("console.form.cancel")}
	f.hide(fieldFull, "1")
	if i := slices.IndexFunc(b.plan.Rows, func(r programme.PlannedRow[T]) bool { return r.Number == number }); i >= 0 && len(f.Errors) == 0 {
		for _, e := range b.plan.Rows[i].Errors { // of the row as a whole, or of its place in the sheet
			v.refuse(f, e.Column, v.rowError(e))
		}
	}
	return k.showForm(v, v.text("console.import.mend_title", "fila", number), []Link{{Href: k.uploaded(b.upload.ID), Text: v.text("console.import.preview")}},
		offerForm{Form: f, Verdict: k.judge(v, d, true), Twins: k.like(v, l, d.row)})
}

// mend puts a row as the form has it into the spreadsheet. Nothing of it is in
// the list before somebody brings it in.
func (k *offerKind[T]) mend(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	b, number, _, err := k.mending(v)
	if errors.Is(err, store.ErrNotFound) {
		return errUploadGone
	}
	if err != nil {
		return err
	}
	d := k.typed(v, l, v.text("console.import.mend"), true)
	if !d.good {
		return k.showMend(v, l, bringing[T]{upload: b.upload}, number, d)
	}
	body, err := json.Marshal(k.sheet.Mended(b.raw, number, d.values))
	if err != nil {
		return fmt.Errorf("keep an upload: %w", err)
	}
	if err := v.record(actMendUpload, k.noun); err != nil {
		return err
	}
	if _, err := v.store.ChangeUpload(v.ctx(), b.upload, body); err != nil {
		return err
	}
	return v.redirect(k.uploaded(b.upload.ID), "row_mended", "fila", v.number(number))
}
