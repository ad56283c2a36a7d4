package bot

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/programme"
	"arraigo/store"
)

func TestEveryReplicaHearsOfAnImportAndOfMidnight(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	var clock atomic.Int64
	day := programme.Date{Year: 2026, Month: time.November, Day: 23}
	location := time.FixedZone("", -5*3600)
	clock.Store(day.At(23*60, location).UnixMilli())
	change := func(c *Config) {
		c.Now = func() time.Time { return time.UnixMilli(clock.Load()) }
		c.Timing.Offer = 20 * time.Millisecond
	}
	one, two := w.run("one", change), w.run("two", change)
	samples, err := shipped(t).Data.Samples(day)
	if err != nil {
		t.Fatal(err)
	}
	if o, err := one.offers.today(ctx); err != nil || o.Today() != day || len(o.Vacancies(programme.VacancySearch{})) != 0 {
		t.Fatalf("before an import: %v, %v", o.Today(), err)
	}
	vacancy := samples.Vacancies[0]
	vacancy.Expires = day
	if _, err := store.PutRows(ctx, w.store("import"), slices.Values([]programme.Vacancy{vacancy})); err != nil {
		t.Fatal(err)
	}
	shows := func(r *replica) bool {
		o, err := r.offers.today(ctx)
		if err != nil {
			return false
		}
		_, there := o.Vacancy(vacancy.ID)
		return there
	}
	eventually(t, "both replicas show the vacancy", func() bool { return shows(one) && shows(two) })
	clock.Store(day.AddDays(1).At(0, location).UnixMilli())
	eventually(t, "both replicas take it off at midnight", func() bool { return !shows(one) && !shows(two) })
}
