package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/programme"
	"arraigo/store"
)

// Matches of the vacancies that are published in each country: one has as many
// as the largest had when the country was small, the others a few, to see how
// long the first of them waits.
const (
	manyMatches = 1000
	fewMatches  = 20
	fewTimes    = 4
)

const maxFirst = 1.0 // seconds from publishing to the first send

// maxGrowth is how much longer finding the same matches may take among a hundred
// times as many people.
const maxGrowth = 10

var countries = []int{10_000, 100_000, million}

// A match is what one vacancy took.
type match struct {
	first time.Duration // from publishing to the first send
	all   time.Duration // to the last
}

// matching publishes vacancies for people with an alert, of whom there are as
// many in a country of any size.
func (b *bench) matching(ctx context.Context) ([]row, error) {
	l, err := b.country(ctx)
	if err != nil {
		return nil, err
	}
	trade := 0
	next := func(people int) wanted {
		trade++
		return wanted{l.trades[trade-1], people}
	}
	var firsts, finding [][]float64
	var whole []string
	for _, people := range countries {
		told := []wanted{next(manyMatches)}
		for range fewTimes {
			told = append(told, next(fewMatches))
		}
		if err := l.grow(ctx, people, told...); err != nil {
			return nil, err
		}
		found, err := l.finding(ctx, told[0])
		if err != nil {
			return nil, err
		}
		var first []float64
		for i, w := range told {
			m, err := l.publish(ctx, w)
			if err != nil {
				return nil, err
			}
			first = append(first, m.first.Seconds())
			if i == 0 {
				whole = append(whole, fmt.Sprintf("%.2f s", m.all.Seconds()))
			}
		}
		firsts, finding = append(firsts, first), append(finding, found)
	}
	// The same country, with other numbers of matches.
	var matches []string
	for _, n := range []int{100, 10_000} {
		w := next(n)
		if err := l.grow(ctx, l.people+n, w); err != nil {
			return nil, err
		}
		found, err := l.finding(ctx, w)
		if err != nil {
			return nil, err
		}
		matches = append(matches, fmt.Sprintf("%s matches %s ms", thousands(n), spread("%.1f", found)))
	}
	worst, lines := 0.0, []string{}
	for i, first := range firsts {
		worst = max(worst, slices.Max(first))
		lines = append(lines, fmt.Sprintf("%s people: first send %s s, all %s matches sent after %s (at up to %s a second); count and find them %s ms",
			thousands(countries[i]), spread("%.2f", first), thousands(manyMatches), whole[i], thousands(paidRate), spread("%.1f", finding[i])))
	}
	// The quickest of each is the one that nothing disturbed.
	growth := slices.Min(finding[len(finding)-1]) / slices.Min(finding[0])
	return []row{
		{
			what: "publishing a vacancy to the first send, slowest", target: "≤ 1 s", figure: fmt.Sprintf("%.2f s", worst), verdict: judged(worst, maxFirst),
			notes: append([]string{fmt.Sprintf("%d vacancies in a country of each size, put into the store as another process would:", len(firsts[0]))}, lines...),
		},
		{
			what: "finding 1,000 matches, 1,000,000 people / 10,000", target: "≤ 10x", figure: fmt.Sprintf("%.1fx", growth), verdict: judged(growth, maxGrowth),
			notes: []string{
				"with a hundred times as many people, each by the quickest of 15; counting and finding them is what the program does with each vacancy, and of everybody else it reads a bit for each index",
				fmt.Sprintf("among 1,000,000: %s", strings.Join(matches, ", ")),
				fmt.Sprintf("one in %d has an alert, for other work in any place; filling the country took %.0f s", seekers, l.filling.Seconds()),
			},
		},
	}, nil
}

// showing is a vacancy as it may be shown today.
func (l *country) showing(id, trade string) (programme.Vacancy, programme.VacancyShowing, error) {
	v, err := vacancy(l.set, l.today, id, trade, town1)
	if err != nil {
		return v, programme.VacancyShowing{}, err
	}
	shown, ok := programme.NewOffer(l.set.Data, programme.Catalogue{Vacancies: []programme.Vacancy{v}}, l.today).Vacancy(id)
	if !ok {
		return v, shown, fmt.Errorf("a vacancy of trade %s may not be published", trade)
	}
	return v, shown, nil
}

// finding measures how long it takes to count and find those whom a vacancy fits,
// in milliseconds.
func (l *country) finding(ctx context.Context, w wanted) (took []float64, err error) {
	_, shown, err := l.showing("B-0", w.trade)
	if err != nil {
		return nil, err
	}
	fits := outreach.Audience(flows.PurposeAlerts, l.set.Reach(shown))
	for range 16 {
		began := time.Now()
		n, err := l.store.Count(ctx, fits)
		if err != nil {
			return nil, err
		}
		people, err := l.store.Find(ctx, fits)
		if err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(began))/float64(time.Millisecond))
		if n != w.people || len(people) != w.people {
			return nil, fmt.Errorf("a vacancy fits %d people and %d are found, not %d", n, len(people), w.people)
		}
	}
	return took[1:], nil // the first one opens connections
}

// publish puts a vacancy into the store and waits until everybody whom it fits
// was told.
func (l *country) publish(ctx context.Context, w wanted) (m match, err error) {
	id := "B-" + w.trade
	v, _, err := l.showing(id, w.trade)
	if err != nil {
		return m, err
	}
	l.watch()
	began := time.Now()
	if _, err := store.PutRows(ctx, l.store, slices.Values([]programme.Vacancy{v})); err != nil {
		return m, err
	}
	at, err := l.await(ctx, w.people, time.Minute)
	if err != nil {
		return m, err
	}
	return match{at[0].Sub(began), at[len(at)-1].Sub(began)}, l.over(ctx, store.OutreachID("vacancy", id))
}
