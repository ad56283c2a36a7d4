package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

// A campaign is a town in which people are told of things that they did not just
// ask for. The bench has the program's own keys and writes into its store.
type campaign struct {
	*town
	store   *store.Store
	set     *flows.Set
	program string // path
	url     string // of Redis, as the program knows it
	dir     string // of the program's data
	env     []string
	second  *process // another replica; nil: there is none
	sends   sends
	now     time.Time // of all that is made up
}

// A campaigning says what a campaign is like.
type campaigning struct {
	telegram emulator.Config
	rate     int    // unasked messages a second
	program  string // path; "": the program as it is delivered
}

// campaign starts the program on a fresh Redis. It is about noon there, so that
// nothing waits for a decent hour.
func (b *bench) campaign(ctx context.Context, name string, how campaigning) (c *campaign, err error) {
	c = &campaign{program: how.program, now: time.Now()}
	c.env = append(b.profileEnv(), "ARRAIGO_TIMEZONE="+noon(c.now), fmt.Sprintf("ARRAIGO_RATE=%d", how.rate))
	if c.set, err = content(c.now); err != nil {
		return nil, err
	}
	if c.program == "" {
		if c.program, err = b.buildProgram(); err != nil {
			return nil, err
		}
	}
	if c.dir, err = b.folder(name + "-data"); err != nil {
		return nil, err
	}
	if c.town, err = newTownWith(name, nil, how.telegram); err != nil {
		return nil, err
	}
	if err := c.open(ctx, b, name); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *campaign) open(ctx context.Context, b *bench, name string) (err error) {
	if c.redis, err = b.startRedis(ctx, name); err != nil {
		return err
	}
	c.url = c.redis.url()
	if _, err = c.serve(ctx, c.program, c.dir, c.url, c.env...); err != nil {
		return err
	}
	keys, err := store.OpenKeyring(store.KeyringConfig{Path: c.keyset()})
	if err != nil {
		return err
	}
	c.store, err = store.Open(ctx, store.Config{URL: c.url, Keys: keys, Instance: "bench", Timeout: 20 * time.Second})
	return err
}

func (c *campaign) keyset() string { return filepath.Join(c.dir, "keyset.json") }

func (c *campaign) close() {
	if c.second != nil {
		c.second.stop()
	}
	if c.store != nil {
		_ = c.store.Close()
	}
	c.town.close()
}

// noon names a time zone in which it is about noon.
func noon(now time.Time) string {
	ahead := 12 - now.UTC().Hour()
	if ahead == 0 {
		return "Etc/GMT"
	}
	return fmt.Sprintf("Etc/GMT%+d", -ahead) // the sign of these names is the other way round
}

// webhookPause is how long Telegram wants between two setWebhook.
const webhookPause = time.Second

// again stops the program and starts it with another environment added.
func (c *campaign) again(ctx context.Context, url string, env ...string) error {
	c.bot.stop()
	time.Sleep(webhookPause)
	_, err := c.serve(ctx, c.program, c.dir, url, append(c.env, env...)...)
	return err
}

// another starts a second replica beside the first.
func (c *campaign) another(ctx context.Context) error {
	first := c.bot
	time.Sleep(webhookPause)
	_, err := c.serve(ctx, c.program, c.dir+"-2", c.url, append(c.env, "ARRAIGO_KEYSET="+c.keyset())...)
	c.second, c.bot = c.bot, first
	return err
}

// guest lets somebody be on Telegram who wrote to the bot before.
func (c *campaign) guest() (chat int64, err error) {
	chat = c.tg.AddUser(emulator.User{FirstName: "Persona", LanguageCode: "es"})
	return chat, c.tg.Opened(chat)
}

// join lets n people be there who agreed to be told of things.
func (c *campaign) join(ctx context.Context, n int) error {
	l, err := screened(ctx, c.store, c.set, c.now, 32)
	if err != nil {
		return err
	}
	for _, chat := range l.chats { // they are not on Telegram: nobody is to write to them
		if err := c.store.SetBlocked(ctx, c.store.ContactID(chat), true); err != nil {
			return err
		}
	}
	chats := make([]int64, n)
	for i := range chats {
		if chats[i], err = c.guest(); err != nil {
			return err
		}
	}
	return settle(ctx, c.store, c.now, n, func(i int) listener { return l.one(i, chats[i]) })
}

// announce begins an announcement to everybody. With a size of 0 it is handed out
// in as many pieces as a large one. It has no author: one who is not of the team
// would pause it.
func (c *campaign) announce(ctx context.Context, id string, size int) error {
	o, err := c.store.CreateOutreach(ctx, store.Outreach{
		ID: id, Kind: store.KindAnnouncement, State: store.OutreachDraft, Topic: flows.PurposeOffers, Title: "Feria",
		Content: map[string]store.Piece{"es": {HTML: announced}}, Created: time.Now(), Size: size,
	})
	if err != nil {
		return err
	}
	return c.store.StartOutreach(ctx, id, o.Version, time.Now())
}

// announced is as long as what the team writes.
const announced = "<b>Feria de empleo</b>\n\nEl viernes de 8:00 a. m. a 12:00 m. hay feria de empleo en el coliseo. " +
	"Vienen doce empresas. Lleve su documento y su hoja de vida, si la tiene. La entrada no cuesta nada."

// turn pauses, resumes or cancels an outreach.
func (c *campaign) turn(ctx context.Context, id string, to store.OutreachState, from ...store.OutreachState) error {
	_, err := c.store.SetOutreachState(ctx, id, from, to, "", time.Now())
	return err
}

// sends notes when Telegram took each message.
type sends struct {
	mu        sync.Mutex
	at        []time.Time
	throttled int // answers 429
}

// watch begins to note anew.
func (c *campaign) watch() {
	c.sends.mu.Lock()
	c.sends.at, c.sends.throttled = nil, 0
	c.sends.mu.Unlock()
	c.listen(c.sends.hear)
}

func (s *sends) hear(method string, _, answer []byte) {
	if method != "sendMessage" {
		return
	}
	now := time.Now()
	_, taken := number(answer, `"message_id":`)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case taken:
		s.at = append(s.at, now)
	case strings.Contains(string(answer), `"error_code":429`):
		s.throttled++
	}
}

// taken are the moments so far.
func (s *sends) taken() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[:len(s.at):len(s.at)]
}

// await waits until Telegram took n messages.
func (c *campaign) await(ctx context.Context, n int, within time.Duration) ([]time.Time, error) {
	for end := time.Now().Add(within); ; time.Sleep(2 * time.Millisecond) {
		at := c.sends.taken()
		switch {
		case len(at) >= n:
			return at, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case time.Now().After(end):
			return nil, fmt.Errorf("%s: %d of %d messages in %v; last words:\n%s", c.name, len(at), n, within, c.bot.words.String())
		}
	}
}

// over waits until everybody of an outreach is in a final state.
func (c *campaign) over(ctx context.Context, id string) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		tally, err := c.store.Tally(ctx, id)
		if err != nil {
			return err
		}
		left, err := c.store.WorkLeft(ctx, id)
		if err != nil {
			return err
		}
		moving := 0
		for state, n := range tally {
			if !store.Final(state) {
				moving += n
			}
		}
		if left == 0 && moving == 0 {
			return nil
		}
	}
	return errors.Join(ctx.Err(), fmt.Errorf("%s: the outreach does not end", c.name))
}

// perSecond is the pace from the first to the last of some moments.
func perSecond(at []time.Time) float64 {
	return float64(len(at)-1) / at[len(at)-1].Sub(at[0]).Seconds()
}
