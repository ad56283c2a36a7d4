package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// importCommand makes a spreadsheet the list of what the programme offers.
type importCommand struct {
	sheetOptions
	DryRun bool `help:"Only say what would be wrong; save nothing."`
}

// Run reads the whole file before it writes the first row: a file that turns
// out to be broken changes nothing. It fails when a row was refused, although
// the good ones are in then.
func (c *importCommand) Run(ctx context.Context, term *console) error {
	var f faults
	c.contentOptions.validate(&f)
	c.storeOptions.validate(&f)
	if err := f.err(); err != nil {
		return err
	}
	zone, err := c.location()
	if err != nil {
		return err
	}
	read, err := readContent(c.ProgrammeDir, examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		return err
	}
	if err := term.refuse(read.findings); err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return badSetting("the spreadsheet cannot be read: %v", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return badSetting("the spreadsheet cannot be read: %s is not a file", c.File)
	}
	i := &importing{
		command: c, term: term, file: file, size: info.Size(), data: read.data,
		words: words{read.catalog, c.Lang}, today: programme.DateOf(time.Now().In(zone)),
	}
	switch c.What {
	case "courses":
		return importSheet(ctx, i, courseSheet(), nil)
	case "events":
		return importSheet(ctx, i, eventSheet(), nil)
	case "helplines":
		return importSheet(ctx, i, helpLineSheet(), nil)
	}
	return importSheet(ctx, i, vacancySheet(), i.assess)
}

// importing is one run of the command.
type importing struct {
	command   *importCommand
	term      *console
	file      *os.File
	size      int64
	data      *programme.Data
	words     words
	today     programme.Date
	vacancies vacancyTally
}

// importSheet looks through the file, tells what it found, and then puts the
// good rows. Memory grows with the ids and the mistakes, not with the rows.
func importSheet[T store.Listed](ctx context.Context, i *importing, s sheet[T], look func(row int, v T)) error {
	listed := map[string]bool{}
	report, err := s.read(i.data, i.file, i.size, func(row int, v T) error {
		id, _ := s.about(v)
		listed[id] = true
		if look != nil {
			look(row, v)
		}
		return ctx.Err()
	})
	if err != nil {
		return i.unreadable(err)
	}
	i.tell(report)
	switch {
	case report.Good == 0:
		i.term.printf("%s\n", i.words.text("import.nothing_good", nil))
		return errTold
	case i.command.DryRun:
		i.term.printf("%s\n", i.words.text("import.dry_run", nil))
		return refused(report)
	}
	for _, id := range report.BadIDs {
		listed[id] = true // a mistake in a row does not close what was there
	}
	return i.command.withCatalogue(ctx, i.term, func(st *store.Store) error {
		if err := i.alone(ctx, st); err != nil {
			return err
		}
		defer func() { _ = st.Release(context.WithoutCancel(ctx), i.lease()) }() // else it ends by itself
		done, closed, err := putSheet(ctx, i, st, s, report, listed)
		if err != nil {
			return err
		}
		i.term.printf("%s\n", i.words.text("import.put", map[string]any{"new": done.New, "changed": done.Changed, "same": done.Same, "closed": closed}))
		if report.Unnamed > 0 {
			i.term.printf("%s\n", i.words.text("import.kept_open", nil))
		}
		return refused(report)
	})
}

// importLease is how long an import that died keeps others out.
const importLease = 2 * time.Minute

func (i *importing) lease() string { return "import-" + i.command.What }

// alone takes or renews the right to import this list. Two at once would each
// close the rows that only the other has.
func (i *importing) alone(ctx context.Context, st *store.Store) error {
	held, err := st.Lease(ctx, i.lease(), importLease)
	if err == nil && !held {
		i.term.printf("%s\n", i.words.text("import.busy", nil))
		return errTold
	}
	return err
}

// refused makes the command fail when rows were refused.
func refused(report programme.SheetReport) error {
	if report.Bad > 0 {
		return errTold
	}
	return nil
}

// putSheet puts the good rows and closes what is no longer listed. A file with
// a row that nobody can name closes nothing: that row may be any of them.
func putSheet[T store.Listed](ctx context.Context, i *importing, st *store.Store, s sheet[T], first programme.SheetReport, listed map[string]bool) (store.Put, int, error) {
	var report programme.SheetReport
	var readErr error
	enough := errors.New("enough")
	done, err := store.PutRows(ctx, st, func(yield func(T) bool) {
		report, readErr = s.read(i.data, i.file, i.size, func(row int, v T) error {
			if row%1000 == 0 {
				if err := i.alone(ctx, st); err != nil {
					return err
				}
			}
			if !yield(v) {
				return enough
			}
			return nil
		})
	})
	if err != nil {
		return done, 0, err
	}
	if errors.Is(readErr, errTold) || errors.Is(readErr, store.ErrUnavailable) {
		return done, 0, readErr
	}
	if readErr != nil || report.Good != first.Good || report.Bad != first.Bad {
		i.term.printf("%s\n", i.words.text("import.changed_meanwhile", nil))
		return done, 0, errTold
	}
	if first.Unnamed > 0 {
		return done, 0, nil
	}
	closed, err := store.Withdraw[T](ctx, st, i.today, func(id string) bool { return listed[id] })
	return done, closed, err
}

// unreadable tells why the file as a whole cannot be read.
func (i *importing) unreadable(err error) error {
	var sheet *programme.SheetError
	if !errors.As(err, &sheet) {
		return fmt.Errorf("read the spreadsheet: %w", err)
	}
	i.term.printf("%s\n", i.words.text(sheet.Key(), map[string]any{"columns": i.words.list(sheet.Columns)}))
	return errTold
}
