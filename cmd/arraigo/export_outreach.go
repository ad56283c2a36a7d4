package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/programme"
	"arraigo/store"
)

// exportCommands are what can be exported: a list, or what became of an outreach.
type exportCommands struct {
	List     exportCommand         `cmd:"" default:"withargs" help:"Write courses, vacancies, events or help lines into a spreadsheet."`
	Outreach exportOutreachCommand `cmd:"" help:"Write what became of an announcement, an alert or a reminder into a spreadsheet."`
}

// exportOutreachCommand writes who got an outreach, by pseudonymous ids: no name,
// no chat, no text. It needs the keyset, so only the operator of the machine can.
type exportOutreachCommand struct {
	ID    string `arg:"" help:"Id of the outreach, as its report and the console show it."`
	File  string `arg:"" help:"The spreadsheet, CSV or XLSX."`
	Lang  string `help:"Language of the spreadsheet: es or en." enum:"es,en" default:"es"`
	Force bool   `help:"Write over a file that exists."`
	fileOption
	storeOptions
	contentOptions
}

// Run writes totals and, as long as the ledger is kept, every message.
func (c *exportOutreachCommand) Run(ctx context.Context, term *console) error {
	var f faults
	c.contentOptions.validate(&f)
	format := sheetFormat(c.File, &f)
	if !c.Force && exists(c.File) {
		f.add("%s exists and stays as it is: give another name, or --force", c.File)
	}
	if err := f.err(); err != nil {
		return err
	}
	zone, err := c.location()
	if err != nil {
		return badSetting("ARRAIGO_TIMEZONE is not known here: %v", err)
	}
	read, err := readContent(c.ProgrammeDir, examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		return err
	}
	set, found, err := read.load()
	if err != nil {
		return err
	}
	if err := term.refuse(found); err != nil {
		return err
	}
	words := words{read.catalog, c.Lang}
	return c.withTeam(ctx, term, func(s *store.Store) error {
		o, err := s.Outreach(ctx, c.ID)
		if errors.Is(err, store.ErrNotFound) {
			term.printf("%s\n", words.text("announce.export.none", map[string]any{"id": c.ID}))
			return errTold
		}
		if err != nil {
			return err
		}
		totals := o.Totals
		if o.Live() {
			if totals, err = s.Tally(ctx, o.ID); err != nil {
				return err
			}
		}
		report := outreach.Report{
			Totals: totals, Zone: zone,
			Words:  func(t flows.Text) string { return flows.Words(set, &flows.Session{Language: c.Lang}, t) },
			Reason: func(state string) flows.Text { return outreach.ReasonWords(read.catalog, state) },
			Ledger: func(each func(store.ContactID, string, time.Time) error) error { return s.Ledger(ctx, o.ID, each) },
		}
		people := 0
		for _, n := range totals {
			people += n
		}
		entry := store.AuditEntry{Staff: store.AuditOperator, Act: "export-outreach", About: o.ID, People: people}
		if err := s.AppendAudit(ctx, entry, time.Now()); err != nil {
			return err
		}
		count := 0
		err = writeBeside(c.File, func(temp *os.File) (err error) {
			count, err = report.Write(temp, format)
			return err
		})
		if err != nil {
			return err
		}
		term.printf("%s\n", words.text("announce.export.done", map[string]any{"count": count, "file": c.File}))
		return nil
	})
}

// sheetFormat is the format that a file's name asks for.
func sheetFormat(path string, f *faults) programme.SheetFormat {
	format := programme.SheetFormat(strings.ToLower(strings.TrimPrefix(filepath.Ext(path), ".")))
	if format != programme.CSV && format != programme.XLSX {
		f.add("%s: give the file a name that ends in .csv or .xlsx", path)
	}
	return format
}
