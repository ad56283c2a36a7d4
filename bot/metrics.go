package bot

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"arraigo/programme"
)

// metrics count what happens. No label ever names a person or a chat.
type metrics struct {
	updates     *prometheus.CounterVec // by route
	turns       *prometheus.CounterVec // by kind of input and outcome
	seconds     *prometheus.HistogramVec
	conflicts   prometheus.Counter
	duplicates  prometheus.Counter
	early       prometheus.Counter
	unreadable  prometheus.Counter
	floods      prometheus.Counter
	wrongSecret prometheus.Counter
	panics      prometheus.Counter
	fed         *prometheus.CounterVec // notices left by outreaches, by kind and result
	outreaches  *prometheus.CounterVec // outreaches that ended, by kind
	relays      *prometheus.CounterVec // carried between people and the team, by kind
	answers     *prometheus.CounterVec // answers to taps, by outcome
	places      *prometheus.CounterVec // places that came free, by what became of them
}

// Outcomes of a turn, as metric labels.
const (
	turnDone        = "done"
	turnDuplicate   = "duplicate"
	turnUnavailable = "unavailable"
	turnPanic       = "panic"
	turnFailed      = "failed"
)

func newMetrics(registry prometheus.Registerer) *metrics {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Namespace: "arraigo", Name: name, Help: help})
		registry.MustRegister(c)
		return c
	}
	vector := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "arraigo", Name: name, Help: help}, labels)
		registry.MustRegister(c)
		return c
	}
	m := &metrics{
		updates:     vector("updates_total", "Updates read, by where they went.", "route"),
		turns:       vector("turns_total", "Turns, by kind of input and outcome.", "kind", "outcome"),
		conflicts:   counter("turn_conflicts_total", "Turns run again because the record changed meanwhile."),
		duplicates:  counter("updates_duplicate_total", "Updates that were committed before."),
		early:       counter("inputs_early_total", "Texts sent before the open question could have been seen."),
		unreadable:  counter("updates_unreadable_total", "Updates that could not be decoded."),
		floods:      counter("updates_unheard_total", "Updates of a chat with too many replies waiting."),
		wrongSecret: counter("webhook_refused_total", "Webhook requests with a wrong secret."),
		panics:      counter("turn_panics_total", "Turns that ended in a panic."),
		fed:         vector("outreach_notices_total", "People gone through for outreaches, by kind and by what became of the notice: left, known or absent.", "kind", "result"),
		outreaches:  vector("outreaches_ended_total", "Outreaches of which everybody is in a final state, by kind.", "kind"),
		relays:      vector("relays_total", "What was carried between people and the staff group, by kind.", "kind"),
		answers:     vector("tap_answers_total", "Answers to taps, by outcome.", "outcome"),
		places:      vector("places_total", "Places in courses and events: given_back, offered to the next in line, lost for want of an answer.", "what"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "arraigo", Name: "turn_seconds", Help: "From receipt of an update to its commit.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"kind"}),
	}
	registry.MustRegister(m.seconds)
	return m
}

// offers shows how many vacancies people can see now.
func (m *metrics) offers(registry prometheus.Registerer, p *published) {
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "arraigo", Name: "vacancies_shown", Help: "Vacancies that may be shown today, as this replica knows.",
	}, func() float64 { return float64(len(p.offer.Load().Vacancies(programme.VacancySearch{}))) }))
}

func (m *metrics) turn(kind, outcome string, took time.Duration) {
	m.turns.WithLabelValues(kind, outcome).Inc()
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
}
