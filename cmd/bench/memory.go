package main

import (
	"context"
	"fmt"
	"time"

	"arraigo/cmd/bench/talk"
)

const (
	activeChats = 10_000
	maxResident = 100 << 20
)

// memory lets 10,000 people write to a fresh program and looks what it holds.
func (b *bench) memory(ctx context.Context) ([]row, error) {
	p, err := b.pair(ctx)
	if err != nil {
		return nil, err
	}
	w, err := b.programTown(ctx, "memory")
	if err != nil {
		return nil, err
	}
	defer w.close()
	empty, _, err := w.bot.memory()
	if err != nil {
		return nil, err
	}
	w.turns = append([]talk.Turn(nil), p.turns...)
	began := time.Now()
	if err := w.everybody(ctx, activeChats); err != nil {
		return nil, err
	}
	took := time.Since(began)
	now, peak, err := w.bot.memory()
	if err != nil {
		return nil, err
	}
	return []row{{
		what: "resident memory, 10,000 active chats", target: "≤ 100 MB", figure: fmt.Sprintf("%.0f MB", float64(peak)/1e6), verdict: judged(float64(peak), maxResident),
		notes: []string{
			fmt.Sprintf("the most it ever was (VmHWM) while %d chats did a turn each in %.0f s; at the end %.0f MB, at the start %.0f MB", activeChats, took.Seconds(), float64(now)/1e6, float64(empty)/1e6),
		},
	}}, nil
}

// everybody lets n new people do their first turn, as quickly as they can.
func (w *town) everybody(ctx context.Context, n int) error {
	return together(ctx, crowd, n, func(int) error {
		_, err := w.take(w.newChat())
		return err
	})
}
