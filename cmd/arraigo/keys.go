package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"arraigo/store"
)

// keysCommand looks after the keyset.
type keysCommand struct {
	New    keysNewCommand    `cmd:"" help:"Make a new keyset file."`
	Rotate keysRotateCommand `cmd:"" help:"Add a new key for all that is written from now on. Then restart every process, and run: arraigo keys apply."`
	Apply  keysApplyCommand  `cmd:"" help:"Put everything stored under the newest key."`
}

type keysNewCommand struct {
	File string `arg:"" help:"Where to write it. An existing file is never touched."`
}

// Run writes a file that only its owner can read.
func (c *keysNewCommand) Run(term *console) error {
	if exists(c.File) {
		return badSetting("%s exists and stays as it is: give another name", c.File)
	}
	if _, err := store.OpenKeyring(store.KeyringConfig{Path: c.File, Create: true}); err != nil {
		return err
	}
	term.printf("Wrote %s. Keep a copy elsewhere: without it nothing stored can be read.\n", c.File)
	return nil
}

type keysRotateCommand struct {
	fileOption
	storeOptions
}

// Run changes the file only; processes that run go on with the keys they read.
func (c *keysRotateCommand) Run(term *console) error {
	path := c.keysetPath()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return badSetting("there is no keyset at %s: set ARRAIGO_KEYSET or ARRAIGO_DATA_DIR to where serve has it", path)
	}
	if _, _, err := c.keyring(); err != nil {
		return err
	}
	if err := store.RotateKeyring(path); err != nil {
		return err
	}
	term.printf("Added a new key to %s. Now:\n"+
		"1. keep a copy of the file elsewhere, and put it where the other replicas read it;\n"+
		"2. restart every arraigo serve;\n"+
		"3. run: arraigo keys apply\n", path)
	return nil
}

type keysApplyCommand struct {
	fileOption
	storeOptions
}

// Run re-encrypts what is stored. It may run beside serve and be repeated.
func (c *keysApplyCommand) Run(ctx context.Context, term *console) error {
	if _, err := os.Stat(c.keysetPath()); errors.Is(err, fs.ErrNotExist) {
		return badSetting("there is no keyset at %s: set ARRAIGO_KEYSET or ARRAIGO_DATA_DIR to where serve has it", c.keysetPath())
	}
	return c.withStore(ctx, term, func(s *store.Store) error {
		done, err := s.Rotate(ctx)
		if err != nil {
			return err
		}
		term.printf("%d records: %d put under the newest key, %d changed meanwhile.\n", done.Records, done.Resealed, done.Raced)
		if done.Resealed+done.Raced > 0 {
			term.printf("Run it once more to be sure: when it finds none to change, no record needs the older keys.\n")
		}
		return nil
	})
}

// withStore opens the store that serve uses: the operator's Redis, the child of
// a serve that runs, or else a child of our own on the same data.
func (o storeOptions) withStore(ctx context.Context, term *console, do func(*store.Store) error) error {
	var f faults
	o.validate(&f)
	if err := f.err(); err != nil {
		return err
	}
	keys, _, err := o.keyring()
	if err != nil {
		return err
	}
	return o.withKeys(ctx, term, keys, do)
}

// withCatalogue opens the store for what is nobody's personal data, and so needs
// no keys: whoever keeps the lists may not be whoever keeps the keys.
func (o storeOptions) withCatalogue(ctx context.Context, term *console, do func(*store.Store) error) error {
	keys, err := store.NewKeyring()
	if err != nil {
		return err
	}
	return o.withKeys(ctx, term, keys, do)
}

func (o storeOptions) withKeys(ctx context.Context, term *console, keys *store.Keyring, do func(*store.Store) error) error {
	url, done, err := o.redis(ctx, term)
	if err != nil {
		return err
	}
	defer done()
	s, err := store.Open(ctx, store.Config{URL: url, Keys: keys})
	if err != nil {
		return fmt.Errorf("redis does not answer: %w", err)
	}
	defer s.Close()
	return do(s)
}

// redis returns the address of the Redis of these settings, and what to call
// when it is no longer needed.
func (o storeOptions) redis(ctx context.Context, term *console) (url string, done func(), err error) {
	if o.RedisURL != "" {
		return o.RedisURL, func() {}, nil
	}
	dir, err := lockDataDir(o.DataDir)
	if errors.Is(err, errInUse) {
		return childURL(o.DataDir), func() {}, nil
	}
	if err != nil {
		return "", nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	child, err := startRedis(ctx, dir.file("redis"), newLog(term.err, slog.LevelWarn))
	if err != nil {
		stop()
		dir.close()
		return "", nil, explainRedis(err)
	}
	return child.url(), func() {
		stop()
		child.close()
		dir.close()
	}, nil
}
