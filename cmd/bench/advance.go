package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/bot"
	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
)

// content loads what the program is delivered with.
func content(now time.Time) (*flows.Set, error) {
	catalog, err := locales.Load(locales.Files())
	if err != nil {
		return nil, err
	}
	data, err := programme.Default()
	if err != nil {
		return nil, err
	}
	calls := data.Calls.Open(programme.DateOf(now))
	if len(calls) == 0 {
		calls = data.Calls.All()
	}
	return flows.Load(flows.Config{
		Catalog: catalog, Data: data, Round: calls[0],
		Policy: flows.Policy{Version: 1, Entity: "Organización Ejemplo (ficticia)", Contact: "datos@ejemplo.org", Dated: now.Unix()},
		Calls:  bot.CallNames(),
	})
}

// advance measures one call of the pure engine, over all turns of the
// conversation.
func (b *bench) advance(context.Context) ([]row, error) {
	now := time.Now()
	set, err := content(now)
	if err != nil {
		return nil, err
	}
	moments, err := momentsOf(set, now)
	if err != nil {
		return nil, err
	}
	// Each of the turns is measured for a while of its own.
	testing.Init()
	if err := flag.Set("test.benchtime", b.lasting(600*time.Millisecond).String()); err != nil {
		return nil, err
	}
	var ns, allocs, bytes []float64
	worst := 0
	for _, m := range moments {
		r := testing.Benchmark(func(tb *testing.B) {
			tb.ReportAllocs()
			for tb.Loop() {
				flows.Advance(set, m.session, m.input, now)
			}
		})
		ns, allocs, bytes = append(ns, float64(r.T.Nanoseconds())/float64(r.N)), append(allocs, float64(r.AllocsPerOp())), append(bytes, float64(r.AllocedBytesPerOp()))
		if ns[len(ns)-1] == slices.Max(ns) {
			worst = len(ns) - 1
		}
	}
	return []row{{
		what:   "one flows.Advance",
		figure: fmt.Sprintf("%.0f allocations, %.0f B, %.1f µs", mean(allocs), mean(bytes), mean(ns)/1000),
		notes: []string{
			fmt.Sprintf("mean of the %d turns of the conversation; the slowest is %s with %.1f µs, %.0f allocations", len(moments), lines[worst], ns[worst]/1000, allocs[worst]),
		},
	}}, nil
}

// A moment is one turn before it is taken.
type moment struct {
	session flows.Session
	input   flows.Input
}

// momentsOf plays the conversation in the engine.
func momentsOf(set *flows.Set, now time.Time) (all []moment, err error) {
	var s flows.Session
	var shown []flows.Message
	for n, line := range lines {
		in := flows.Input{Kind: flows.InputText, Text: line, Language: "es", Message: 2*n + 2, Asked: 1}
		if name, ok := strings.CutPrefix(line, "/"); ok {
			in.Kind, in.Name, in.Text = flows.InputCommand, name, ""
		} else if label, ok := strings.CutPrefix(line, "["); ok {
			in.Kind, in.Text, in.Data = flows.InputTap, "", dataOf(shown, strings.TrimSuffix(label, "]"))
			if in.Data == "" {
				return nil, fmt.Errorf("there is no button %s", line)
			}
		}
		all = append(all, moment{s, in})
		result := flows.Advance(set, s, in, now)
		if result.Call != nil {
			return nil, fmt.Errorf("%s needs more than the engine", line)
		}
		s = result.Session
		for _, r := range result.Replies {
			shown = append(shown, flows.Render(set, &s, r))
		}
	}
	return all, nil
}

// dataOf finds the newest button with a label; "" when there is none.
func dataOf(shown []flows.Message, label string) string {
	for i := len(shown) - 1; i >= 0; i-- {
		for _, row := range shown[i].Buttons {
			for _, b := range row {
				if b.Text == label {
					return b.Data
				}
			}
		}
	}
	return ""
}
