package main

import (
	"context"
	"fmt"
	"time"
)

// rates are tried from the highest until both sides sustain one.
var rates = []int{400, 300, 200, 100, 50}

// latency measures replies at a fixed rate.
func (b *bench) latency(ctx context.Context) ([]row, error) {
	p, err := b.pair(ctx)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, rate := range rates {
		program, baseline, err := p.alternate(b.rounds(9), func(w *town) (load, error) {
			return w.pace(ctx, rate, b.lasting(6*time.Second))
		})
		if err != nil {
			return nil, err
		}
		ok := sustained(program, rate) && sustained(baseline, rate)
		rows = append(rows, latencyRow(rate, program, baseline, ok))
		if ok {
			break
		}
	}
	return rows, nil
}

// sustained reports whether the load kept its rate: the turns began on time and
// were done at the end, in every round.
func sustained(rounds []load, rate int) bool {
	for _, l := range rounds {
		if l.perSecond() < 0.98*float64(rate) || percentile(milliseconds(l.late), 99) > 50 {
			return false
		}
	}
	return true
}

func latencyRow(rate int, program, baseline []load, ok bool) row {
	at := func(p float64) func(load) float64 {
		return func(l load) float64 { return percentile(milliseconds(l.replies), p) }
	}
	p50, p99 := compare(each(program, at(50)), each(baseline, at(50))), compare(each(program, at(99)), each(baseline, at(99)))
	r := row{
		what: fmt.Sprintf("reply p99 at %d turns/s / baseline", rate), target: "≤ 2x", figure: p99.String(), verdict: judged(p99.value, 2),
		notes: []string{
			fmt.Sprintf("p50 %s ms, p99 %s ms; from the tap until the message was taken by the emulator", spread("%.2f", each(program, at(50))), spread("%.2f", each(program, at(99)))),
			fmt.Sprintf("baseline p50 %s ms, p99 %s ms; ratio of p50 %s", spread("%.2f", each(baseline, at(50))), spread("%.2f", each(baseline, at(99))), p50),
			fmt.Sprintf("turns reached per second: %s, baseline %s; CPU of a turn %s ms, baseline %s ms", spread("%.0f", each(program, load.perSecond)), spread("%.0f", each(baseline, load.perSecond)),
				spread("%.3f", each(program, load.cpuPerTurn)), spread("%.3f", each(baseline, load.cpuPerTurn))),
		},
	}
	if !ok {
		r.notes = append(r.notes, fmt.Sprintf("this machine does not sustain %d turns/s for both with the emulator on the same cores: the figure says little", rate))
	}
	return r
}
