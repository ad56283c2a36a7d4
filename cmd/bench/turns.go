package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// crowd is how many people converse at once at saturation: more than Telegram's
// connections to the webhook, so that the bot is never waited for.
const crowd = 64

// alternate measures the program and the baseline in turns and returns the
// rounds of each. One round of warming up comes first.
func (p *pair) alternate(rounds int, measure func(*town) (load, error)) (program, baseline []load, err error) {
	for i := range rounds + 1 {
		// Who goes first changes, so that a machine that grows slower or faster
		// favours nobody.
		order := []*town{p.program, p.baseline}
		if i%2 == 1 {
			slices.Reverse(order)
		}
		for _, w := range order {
			l, err := measure(w)
			if err != nil {
				return nil, nil, err
			}
			if i == 0 {
				continue
			}
			if w == p.program {
				program = append(program, l)
			} else {
				baseline = append(baseline, l)
			}
		}
	}
	return program, baseline, nil
}

func each(loads []load, figure func(load) float64) (all []float64) {
	for _, l := range loads {
		all = append(all, figure(l))
	}
	return all
}

// turns measures what a turn costs.
func (b *bench) turns(ctx context.Context) ([]row, error) {
	p, err := b.pair(ctx)
	if err != nil {
		return nil, err
	}
	callsBefore := [2]map[string]int64{p.program.calls(), p.baseline.calls()}
	var program, baseline []load
	err = b.profiling(p.program.bot, func() (err error) {
		program, baseline, err = p.alternate(b.rounds(5), func(w *town) (load, error) {
			return w.saturate(ctx, crowd, b.lasting(4*time.Second))
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	same := sameCalls(p.program.callsSince(callsBefore[0]), p.baseline.callsSince(callsBefore[1]))
	mine, theirs := each(program, load.cpuPerTurn), each(baseline, load.cpuPerTurn)
	cost := compare(mine, theirs)
	ours, others := each(program, load.perSecond), each(baseline, load.perSecond)
	return []row{
		{
			what: "CPU of a turn / baseline", target: "≤ 1.5x", figure: cost.String(), verdict: judged(cost.value, 1.5),
			notes: []string{
				fmt.Sprintf("user and system time of the process alone: %s ms a turn; baseline %s ms", spread("%.3f", mine), spread("%.3f", theirs)),
				fmt.Sprintf("ratio of the medians of %d rounds in turns; in brackets the ends of the rounds", len(mine)),
				same,
			},
		},
		{
			what: "turns per second at saturation", figure: spread("%.0f", ours),
			notes: []string{
				fmt.Sprintf("baseline %s; %d people at once, and everything on the same cores: emulator and people need most of them", spread("%.0f", others), crowd),
				fmt.Sprintf("one core of the program alone is worth %.0f turns/s", 1000/median(mine)),
			},
		},
	}, nil
}

// calls are the calls of the bot so far, by method.
func (w *town) calls() map[string]int64 {
	all := map[string]int64{}
	for method, byOutcome := range w.tg.Stats().Calls {
		for outcome, n := range byOutcome {
			if outcome != "ok" {
				method += " " + outcome
			}
			all[method] += n
		}
	}
	return all
}

// callsSince are the calls for people since then.
func (w *town) callsSince(before map[string]int64) map[string]int64 {
	all := w.calls()
	for method := range all {
		all[method] -= before[method]
		if all[method] == 0 {
			delete(all, method)
		}
	}
	return all
}

// sameCalls says how alike the calls of the two were.
func sameCalls(a, b map[string]int64) string {
	share := func(m map[string]int64) string {
		total := int64(0)
		for _, n := range m {
			total += n
		}
		var out []string
		for _, method := range slices.Sorted(maps.Keys(m)) {
			out = append(out, fmt.Sprintf("%s %.1f%%", method, 100*float64(m[method])/float64(total)))
		}
		return strings.Join(out, ", ")
	}
	return fmt.Sprintf("calls of the Bot API: %s; baseline: %s", share(a), share(b))
}
