package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// percentile is the smallest value that p percent of the values do not exceed
// (the nearest rank). It is NaN of nothing. values must be sorted.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	rank := int(math.Ceil(p / 100 * float64(len(values))))
	return values[min(max(rank, 1), len(values))-1]
}

// median is the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	switch {
	case n == 0:
		return math.NaN()
	case n%2 == 1:
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}

func mean(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total / float64(len(values))
}

// A ratio compares two things that were measured in turns.
type ratio struct {
	value    float64 // of the medians
	low, top float64 // of the rounds, each against the one beside it
}

// compare makes the ratio a/b of rounds that belong together.
func compare(a, b []float64) ratio {
	r := ratio{value: median(a) / median(b), low: math.Inf(1), top: math.Inf(-1)}
	for i := range min(len(a), len(b)) {
		r.low, r.top = min(r.low, a[i]/b[i]), max(r.top, a[i]/b[i])
	}
	return r
}

func (r ratio) String() string {
	return fmt.Sprintf("%.2fx (%.2f–%.2f)", r.value, r.low, r.top)
}

// milliseconds sorts durations as numbers.
func milliseconds(all []time.Duration) []float64 {
	out := make([]float64, len(all))
	for i, d := range all {
		out[i] = float64(d) / float64(time.Millisecond)
	}
	slices.Sort(out)
	return out
}

// spread writes the median and the ends of some rounds.
func spread(format string, rounds []float64) string {
	return fmt.Sprintf(format+" ("+format+"–"+format+")", median(rounds), slices.Min(rounds), slices.Max(rounds))
}
