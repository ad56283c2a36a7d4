package main

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The folders of the content: below ARRAIGO_PROGRAMME_DIR, and where the
// built-in files are in the source tree.
var contentFolders = []struct{ name, source string }{
	{"flows", "flows"},
	{"locales", "locales"},
	{"programme", "programme/data"},
}

// anyContent reports whether dir has at least one of the folders.
func anyContent(dir string) bool {
	return slices.ContainsFunc(contentFolders, func(f struct{ name, source string }) bool {
		info, err := os.Stat(filepath.Join(dir, f.name))
		return err == nil && info.IsDir()
	})
}

// overlay is base with the files of top in the place of those of the same name.
type overlay struct{ top, base fs.FS }

// overlaid puts the folder name of dir over base; without dir, or without that
// folder, it is base.
func overlaid(dir, name string, base fs.FS) fs.FS {
	if dir == "" {
		return base
	}
	path := filepath.Join(dir, name)
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return base
	}
	return overlay{os.DirFS(path), base}
}

// Open opens the file of top; that of base if top has none. A file of top that
// cannot be read is an error, never a silent fallback.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.top.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.base.Open(name)
	}
	return f, err
}

// ReadDir lists what Open can open, so that globbing sees both.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	top, topErr := fs.ReadDir(o.top, name)
	if topErr != nil && !errors.Is(topErr, fs.ErrNotExist) {
		return nil, topErr
	}
	base, baseErr := fs.ReadDir(o.base, name)
	if baseErr != nil && (topErr != nil || !errors.Is(baseErr, fs.ErrNotExist)) {
		return nil, baseErr
	}
	all := append(top, base...)
	slices.SortStableFunc(all, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return slices.CompactFunc(all, func(a, b fs.DirEntry) bool { return a.Name() == b.Name() }), nil
}

// where says where a content file is, so that an editor can open it: in the
// folder of overrides if it is there, else in the source tree.
func where(dir, folder, file string) string {
	for _, f := range contentFolders {
		if f.name != folder {
			continue
		}
		if dir != "" {
			if own := filepath.Join(dir, f.name, file); exists(own) {
				return own
			}
		}
		return filepath.Join(f.source, file)
	}
	return file
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
