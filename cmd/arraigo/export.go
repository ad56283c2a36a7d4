package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// exportCommand writes the list as it stands, in the form that import reads.
type exportCommand struct {
	sheetOptions
	Force bool `help:"Write over a file that exists."`
}

// Run writes what is listed; rows that went out of the list stay out.
func (c *exportCommand) Run(ctx context.Context, term *console) error {
	var f faults
	c.contentOptions.validate(&f)
	c.storeOptions.validate(&f)
	format := sheetFormat(c.File, &f)
	if !c.Force && exists(c.File) {
		f.add("%s exists and stays as it is: give another name, or --force", c.File)
	}
	if err := f.err(); err != nil {
		return err
	}
	read, err := readContent(c.ProgrammeDir, examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		return err
	}
	if err := term.refuse(read.findings); err != nil {
		return err
	}
	return c.withCatalogue(ctx, term, func(s *store.Store) error {
		var count int
		switch c.What {
		case "courses":
			count, err = exportSheet(ctx, s, c.File, format, courseSheet())
		case "events":
			count, err = exportSheet(ctx, s, c.File, format, eventSheet())
		case "helplines":
			count, err = exportSheet(ctx, s, c.File, format, helpLineSheet())
		default:
			count, err = exportSheet(ctx, s, c.File, format, vacancySheet())
		}
		if err != nil {
			return err
		}
		term.printf("%s\n", words{read.catalog, c.Lang}.text("import.exported", map[string]any{"count": count, "file": c.File}))
		return nil
	})
}

func exportSheet[T store.Listed](ctx context.Context, s *store.Store, path string, format programme.SheetFormat, kind sheet[T]) (count int, err error) {
	err = writeBeside(path, func(temp *os.File) (err error) {
		count, err = writeRows(ctx, s, temp, format, kind)
		return err
	})
	return count, err
}

// writeBeside writes beside the file and takes its place when all is written.
func writeBeside(path string, write func(*os.File) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".arraigo-export-*")
	if err != nil {
		return badSetting("the file cannot be written: %v", err)
	}
	defer func() {
		temp.Close()
		os.Remove(temp.Name()) // gone already when all went well
	}()
	if err := write(temp); err != nil {
		return err
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("write the file: %w", err)
	}
	return os.Rename(temp.Name(), path)
}

func writeRows[T store.Listed](ctx context.Context, s *store.Store, w io.Writer, format programme.SheetFormat, kind sheet[T]) (count int, err error) {
	enough := errors.New("enough")
	var readErr error
	err = kind.write(w, format, func(yield func(T) bool) {
		readErr = store.EachRow(ctx, s, func(v T) error {
			if _, withdrawn := kind.about(v); !withdrawn.IsZero() {
				return nil
			}
			count++
			if !yield(v) {
				return enough
			}
			return nil
		})
	})
	if readErr != nil && !errors.Is(readErr, enough) {
		return 0, readErr
	}
	return count, err
}
