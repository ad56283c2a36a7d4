package outreach

import "github.com/prometheus/client_golang/prometheus"

// metrics count attempts by outcome and by nothing else.
type metrics struct {
	attempts  *prometheus.CounterVec
	recovered prometheus.Counter
	holds     prometheus.Counter
	alone     prometheus.Counter
	given     *prometheus.CounterVec // parcels given up, by reason
	seconds   prometheus.Histogram
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "arraigo", Name: "sends_total", Help: "Attempts to send, by outcome. An uncertain one may have arrived, and is made again.",
		}, []string{"outcome"}),
		recovered: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "arraigo", Name: "sends_recovered_total", Help: "Replies taken from the outbox after another process left them.",
		}),
		holds: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "arraigo", Name: "send_holds_total", Help: "Times Telegram made the whole bot wait.",
		}),
		alone: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "arraigo", Name: "pace_alone_total", Help: "Times Redis did not share out the pace, and this replica took a part of it.",
		}),
		given: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "arraigo", Name: "replies_undeliverable_total", Help: "Replies given up, by reason.",
		}, []string{"reason"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "arraigo", Name: "send_seconds", Help: "Length of one attempt.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
		}),
	}
	registry.MustRegister(m.attempts, m.recovered, m.holds, m.alone, m.given, m.seconds)
	return m
}
