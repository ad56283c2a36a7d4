package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// maxStart is in seconds.
const maxStart = 0.5

// start measures how long the program needs until people can write.
func (b *bench) start(ctx context.Context) ([]row, error) {
	path, err := b.buildProgram()
	if err != nil {
		return nil, err
	}
	r, err := b.startRedis(ctx, "start")
	if err != nil {
		return nil, err
	}
	defer r.close()
	external, err := b.starts(ctx, path, "start-external", r.url())
	if err != nil {
		return nil, err
	}
	own, err := b.starts(ctx, path, "start-own", "")
	if err != nil {
		return nil, err
	}
	how := "from starting the process until /readyz says yes, asked every millisecond; the first start also makes the keys"
	return []row{
		{what: "start to ready, external Redis, slowest", target: "≤ 0.5 s", figure: fmt.Sprintf("%.3f s", slices.Max(external)), verdict: judged(slices.Max(external), maxStart),
			notes: []string{fmt.Sprintf("median %.3f s of %d starts; %s", median(external), len(external), how)}},
		{what: "start to ready, Redis of its own, slowest", target: "≤ 0.5 s", figure: fmt.Sprintf("%.3f s", slices.Max(own)), verdict: judged(slices.Max(own), maxStart),
			notes: []string{fmt.Sprintf("median %.3f s of %d starts, the start of redis-server included", median(own), len(own))}},
	}, nil
}

// starts starts and stops the program several times on the same data.
func (b *bench) starts(ctx context.Context, path, name, redisURL string) (seconds []float64, err error) {
	dir, err := b.folder(name)
	if err != nil {
		return nil, err
	}
	w, err := newTown(name, nil)
	if err != nil {
		return nil, err
	}
	defer w.close()
	for range b.rounds(8) {
		took, err := w.serve(ctx, path, dir, redisURL)
		if err != nil {
			return nil, err
		}
		seconds = append(seconds, took.Seconds())
		w.bot.stop()
		// Telegram takes one setWebhook a second.
		time.Sleep(time.Second)
	}
	return seconds, nil
}
