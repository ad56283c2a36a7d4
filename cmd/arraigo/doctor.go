package main

import (
	"context"
	"errors"
	"os"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// doctorCommand looks at what serve would run with, and changes nothing.
type doctorCommand struct {
	fileOption
	storeOptions
	contentOptions
}

// Run says one thing a line, and fails if serve could not run safely.
func (c *doctorCommand) Run(ctx context.Context, term *console) error {
	var f faults
	c.storeOptions.validate(&f)
	c.contentOptions.validate(&f)
	if err := f.err(); err != nil {
		return err
	}
	d := &diagnosis{term: term}
	d.content(c.contentOptions)
	if d.keys(c.storeOptions) {
		d.redis(ctx, c.storeOptions)
	}
	if d.bad > 0 {
		term.printf("%s to mend.\n", plural(d.bad, "thing"))
		return errTold
	}
	term.printf("All well.\n")
	return nil
}

type diagnosis struct {
	term *console
	bad  int
}

func (d *diagnosis) good(format string, args ...any) { d.term.printf("ok      "+format+"\n", args...) }
func (d *diagnosis) note(format string, args ...any) { d.term.printf("note    "+format+"\n", args...) }

func (d *diagnosis) mend(format string, args ...any) {
	d.bad++
	d.term.printf("mend    "+format+"\n", args...)
}

func (d *diagnosis) content(o contentOptions) {
	read, err := readContent(o.ProgrammeDir, examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		d.mend("content: %v", err)
		return
	}
	found := read.check()
	if n := count(found, true); n > 0 {
		d.mend("content: %s; arraigo check shows them", plural(n, "error"))
		return
	}
	d.good("content: flows, texts and programme data fit together")
}

// keys reports whether there is a keyset to open a store with.
func (d *diagnosis) keys(o storeOptions) bool {
	path := o.keysetPath()
	if o.Keyset == "" && !exists(path) {
		d.note("keys: none yet at %s; the first arraigo serve makes them", path)
		return exists(o.DataDir) || o.RedisURL != ""
	}
	if _, _, err := o.keyring(); err != nil {
		d.mend("keys: %v", err)
		return false
	}
	d.good("keys: %s can be read by its owner only", path)
	return true
}

func (d *diagnosis) redis(ctx context.Context, o storeOptions) {
	url := o.RedisURL
	if url == "" {
		url = childURL(o.DataDir)
		if answer, err := redisCommand(redisSocketOf(o.DataDir), "PING"); err != nil || answer != "+PONG" {
			d.ownRedis(o)
			return
		}
	}
	keys, err := store.NewKeyring() // nothing is decrypted here
	if err != nil {
		d.mend("redis: %v", err)
		return
	}
	s, err := store.Open(ctx, store.Config{URL: url, Keys: keys, Instance: "arraigo-cli"})
	if err != nil {
		d.mend("redis: does not answer: %v", err)
		return
	}
	defer s.Close()
	warnings, err := s.Check(ctx)
	for _, w := range warnings {
		d.mend("redis: %s", w)
	}
	switch {
	case err != nil:
		d.mend("redis: %v", err)
	case len(warnings) == 0:
		d.good("redis: answers, keeps what is written, and never forgets to make room")
	}
	if err == nil {
		d.audit(ctx, s)
	}
}

// audit walks the log of who of the team saw or changed what. The hash that it
// shows, noted elsewhere, proves later that nothing before was written anew.
func (d *diagnosis) audit(ctx context.Context, s *store.Store) {
	state, err := s.VerifyAudit(ctx, time.Now())
	switch {
	case err != nil:
		d.mend("audit log: %v", err)
	case state.Entries == 0:
		d.good("audit log: empty")
	default:
		d.good("audit log: unbroken from %s to %s; entry %d is %s", state.First.Format(time.DateOnly), state.Last.Format(time.DateOnly), state.Number, state.Head)
	}
}

// ownRedis speaks of the server that serve will run.
func (d *diagnosis) ownRedis(o storeOptions) {
	path, err := findRedis()
	if errors.Is(err, errNoRedis) {
		d.mend("redis: ARRAIGO_REDIS_URL is not set and there is no redis-server on PATH: apt-get install redis-server")
		return
	}
	if _, err := os.Stat(o.DataDir); err != nil {
		d.note("redis: arraigo serve makes %s and runs %s there", o.DataDir, path)
		return
	}
	d.good("redis: arraigo serve runs %s in %s, with an append-only file", path, o.DataDir)
}
