package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"arraigo/cmd/bench/talk"
)

// A pair is the program and the baseline, each with a Telegram and a Redis of
// its own, and the conversation that both have with everybody.
type pair struct {
	program, baseline *town
	turns             []talk.Turn
	screens           []screen
}

func (p *pair) close() {
	if p.baseline != nil {
		p.baseline.close()
	}
	if p.program != nil {
		p.program.close()
	}
}

// folder makes a folder of the run.
func (b *bench) folder(name string) (string, error) {
	dir := filepath.Join(b.dir, name)
	return dir, os.MkdirAll(dir, 0o700)
}

// pair starts both and records the conversation.
func (b *bench) pair(ctx context.Context) (*pair, error) {
	if b.both != nil {
		return b.both, nil
	}
	p := &pair{}
	if err := p.start(ctx, b); err != nil {
		p.close()
		return nil, err
	}
	b.both = p
	return p, nil
}

func (p *pair) start(ctx context.Context, b *bench) (err error) {
	if p.program, err = b.programTown(ctx, "program"); err != nil {
		return err
	}
	if p.turns, p.screens, err = p.program.record(); err != nil {
		return fmt.Errorf("record the conversation: %w", err)
	}
	p.program.turns = p.turns
	if p.baseline, err = newTown("baseline", p.turns); err != nil {
		return err
	}
	if p.baseline.redis, err = b.startRedis(ctx, "baseline"); err != nil {
		return err
	}
	path, err := b.build("baseline", baselinePackage)
	if err != nil {
		return err
	}
	dir, err := b.folder("baseline-data")
	if err != nil {
		return err
	}
	return p.baseline.serveBaseline(ctx, path, dir, p.baseline.redis.url())
}

// programTown starts the program on a fresh Redis.
func (b *bench) programTown(ctx context.Context, name string) (w *town, err error) {
	path, err := b.buildProgram()
	if err != nil {
		return nil, err
	}
	dir, err := b.folder(name + "-data")
	if err != nil {
		return nil, err
	}
	if w, err = newTown(name, nil); err != nil {
		return nil, err
	}
	if w.redis, err = b.startRedis(ctx, name); err == nil {
		_, err = w.serve(ctx, path, dir, w.redis.url(), b.profileEnv()...)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}
