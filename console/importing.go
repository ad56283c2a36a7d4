package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"arraigo/programme"
	"arraigo/store"
)

// Bounds of a spreadsheet that is brought in here. The command line takes more.
const (
	maxSheetRows = 5000
	planShown    = 50 // rows on one page of a preview
)

func (k *offerKind[T]) uploaded(id string) string { return importRoot + k.menu + "/" + pathOf(id) }

// A bringing is a spreadsheet beside the list as it is now.
type bringing[T store.Listed] struct {
	upload store.Upload
	raw    programme.RawSheet
	plan   programme.Plan[T]
	kept   map[string]store.Kept[T]
	print  string // of what it would do
	today  programme.Date
	hidden map[int]bool // good rows that people would not see, by their number
}

// bringing reads the spreadsheet of the address and works out what it would do.
func (k *offerKind[T]) bringing(v *visit) (bringing[T], error) {
	u, err := v.store.Upload(v.ctx(), v.r.PathValue("upload"), v.staff.ID)
	if err != nil {
		return bringing[T]{}, err
	}
	return k.planned(v, u)
}

// planned works out what a spreadsheet would do. While neither it nor the list
// changes, that is done once: the parts of a preview are looked at one after the
// other.
func (k *offerKind[T]) planned(v *visit, u store.Upload) (bringing[T], error) {
	version, err := v.store.CatalogueVersion(v.ctx())
	if err != nil {
		return bringing[T]{}, err
	}
	today := v.set.Today(v.now)
	key := fmt.Sprint(k.noun, sha256.Sum256(u.Body), version, today, v.staff.ID, v.staff.Lines, v.staff.Towns)
	if known, ok := v.previews.find(key).(bringing[T]); ok {
		known.upload = u
		return known, nil
	}
	b := bringing[T]{upload: u, kept: map[string]store.Kept[T]{}, hidden: map[int]bool{}, today: today}
	d := json.NewDecoder(bytes.NewReader(u.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&b.raw); err != nil || !slices.Equal(b.raw.Columns, k.sheet.Headers()) {
		return b, store.ErrNotFound // of another list
	}
	rows, err := store.KeptRows[T](v.ctx(), v.store)
	if err != nil {
		return b, err
	}
	all := make([]T, len(rows))
	for i, row := range rows {
		b.kept[k.sheet.ID(row.Row)], all[i] = row, row.Row
	}
	b.plan = k.sheet.Plan(v.set.Data, b.raw, all, func(t T) bool { return k.covers(v, t) }, b.today)
	b.print = k.printOf(b.plan)
	for _, r := range b.plan.Rows {
		if k.visible != nil && r.Act != programme.ActRefuse && !k.visible(v, k.decided(b, r)) {
			b.hidden[r.Number] = true
		}
	}
	v.previews.keep(key, b)
	return b, nil
}

// A previewCache holds what the newest spreadsheets would do.
type previewCache struct {
	mu    sync.Mutex
	known [4]struct {
		key string
		b   any
	}
	next int
}

func (c *previewCache) find(key string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.known {
		if k.key == key {
			return k.b
		}
	}
	return nil
}

func (c *previewCache) keep(key string, b any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[c.next].key, c.known[c.next].b = key, b
	c.next = (c.next + 1) % len(c.known)
}

// printOf is equal for two plans that do the same.
func (k *offerKind[T]) printOf(p programme.Plan[T]) string {
	h := sha256.New()
	for _, r := range p.Rows {
		fmt.Fprint(h, r.Number, r.ID, r.Act, r.Changes)
	}
	for _, t := range p.Closes {
		fmt.Fprint(h, k.sheet.ID(t))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// bringIn does what the preview showed, if it would still do that.
func (k *offerKind[T]) bringIn(v *visit) error {
	b, err := k.bringing(v)
	if errors.Is(err, store.ErrNotFound) {
		return errUploadGone
	}
	if err != nil {
		return err
	}
	if v.form.Get("_version") != b.print {
		return k.showPreview(v, b, v.text("console.import.moved"))
	}
	var rows []store.Kept[T]
	for _, r := range b.plan.Rows {
		switch r.Act {
		case programme.ActNew, programme.ActChange, programme.ActReopen:
			rows = append(rows, store.Kept[T]{Row: r.Row, Mark: b.kept[r.ID].Mark})
		}
	}
	in := len(rows)
	if v.form.Get("whole") == "whole" {
		for _, t := range b.plan.Closes {
			rows = append(rows, store.Kept[T]{Row: k.sheet.Relisted(t, b.today), Mark: b.kept[k.sheet.ID(t)].Mark})
		}
	}
	if len(rows) == 0 {
		return k.showPreview(v, b, v.text("console.import.nothing"))
	}
	if err := v.record(actImport, k.noun); err != nil {
		return err
	}
	refused, err := store.ChangeRows(v.ctx(), v.store, rows)
	if err != nil {
		return err
	}
	left := b.plan.Count[programme.ActRefuse] + len(refused)
	if left == 0 {
		if err := v.store.DropUpload(v.ctx(), b.upload); err != nil {
			return err
		}
		return v.redirect(k.path, "imported", "filas", v.number(in), "cerradas", v.number(len(rows)-in))
	}
	return v.redirect(k.uploaded(b.upload.ID), "imported_some", "filas", v.number(len(rows)-len(refused)), "count", left)
}
