package bot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// published keeps what is offered today in memory, so that a turn costs no
// round trip for it. Every replica has its own.
type published struct {
	store *store.Store
	set   func() *flows.Set
	now   func() time.Time

	offer atomic.Pointer[programme.Offer] // nil: not read yet

	mu      sync.Mutex      // held while reading
	data    *programme.Data // by which offer was checked
	version atomic.Int64    // of offer, or of the one before: never a newer one
}

// today is the newest offer that is known. Only the first call of all reads;
// it fails while the store is away.
func (p *published) today(ctx context.Context) (*programme.Offer, error) {
	if o := p.offer.Load(); o != nil {
		return o, nil
	}
	return p.refresh(ctx)
}

// refresh reads the catalogue if it changed, or if the day or a legal figure did.
func (p *published) refresh(ctx context.Context) (*programme.Offer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set := p.set()
	day, known := set.Today(p.now()), p.offer.Load()
	if known != nil && known.Today() == day && p.data == set.Data {
		version, err := p.store.CatalogueVersion(ctx)
		if err != nil || version == p.version.Load() {
			return known, err
		}
	}
	catalogue, version, err := p.store.Catalogue(ctx)
	if err != nil {
		return known, fmt.Errorf("read what is offered: %w", err)
	}
	fresh := programme.NewOffer(set.Data, catalogue, day)
	p.offer.Store(fresh)
	p.data = set.Data
	p.version.Store(version)
	return fresh, nil
}

// watch keeps the offer fresh until ctx ends. While the store is away people
// are shown what was known last.
func (p *published) watch(ctx context.Context, every time.Duration, log *slog.Logger) error {
	for {
		if _, err := p.refresh(ctx); err != nil && ctx.Err() == nil {
			log.Warn("what is offered could not be read", "error", err)
		}
		if err := sleep(ctx, every); err != nil {
			return err
		}
	}
}
