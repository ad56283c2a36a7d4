package store

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed lua/publish.lua
	publishSource string

	publishScript = redis.NewScript(publishSource)
)

const (
	keyContent  = "{content}:live"
	keyHistory  = "{content}:history"
	keyProposed = "{content}:proposed"
)

// Bounds of what the team publishes over the files.
const (
	historyKept  = 500 // entries; about what was changed in some years
	proposedMost = 200 // proposals that wait
)

// ErrTooMany: as many proposals wait as there may be.
var ErrTooMany = errors.New("too many proposals wait")

// Content is what the team has put in the place of what the files say. Nothing in
// it is about a person.
type Content struct {
	Revision int64        // grows with everything that is published; 0: nothing ever was
	Edits    []flows.Edit // one for each thing, sorted by it
}

// Of is the edit about something; nil when the files' word holds.
func (c Content) Of(about string) *flows.Edit {
	for _, e := range c.Edits {
		if e.About() == about {
			return &e
		}
	}
	return nil
}

// Mark stands for what is published about something: another mark says that
// somebody published something else meanwhile.
func (c Content) Mark(about string) string {
	e := c.Of(about)
	if e == nil {
		return "-"
	}
	text, _ := json.Marshal(e) // of plain data: it cannot fail
	return mark(string(text))
}

// with is the edits with another one about something; nil: with none.
func (c Content) with(about string, e *flows.Edit) []flows.Edit {
	out := slices.DeleteFunc(slices.Clone(c.Edits), func(e flows.Edit) bool { return e.About() == about })
	if e != nil {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b flows.Edit) int { return strings.Compare(a.About(), b.About()) })
	return out
}

// A Proposal is a change of the content that waits to be looked at and published.
type Proposal struct {
	ID    string      `json:"-"` // see NewProposalID
	About string      `json:"about"`
	Edit  *flows.Edit `json:"edit,omitempty"` // nil: what the files say is to hold again
	Was   *flows.Edit `json:"was,omitempty"`  // what was published when it was proposed
	Staff string      `json:"staff"`          // who proposed it
	At    int64       `json:"at"`             // Unix seconds
}

// A ContentEntry tells of one thing that was published.
type ContentEntry struct {
	Revision int64       `json:"revision"` // that it made
	About    string      `json:"about"`
	Edit     *flows.Edit `json:"edit,omitempty"` // nil: back to what the files say
	Was      *flows.Edit `json:"was,omitempty"`  // nil: before, what the files say
	Author   string      `json:"author"`         // who proposed it
	Staff    string      `json:"staff"`          // who published it
	At       int64       `json:"at"`             // Unix seconds
}

// NewProposalID returns a random id for a proposal.
func NewProposalID() string { return "p-" + strings.ToLower(rand.Text()[:8]) }

// ContentRevision is the revision of what is published, in one round trip.
func (s *Store) ContentRevision(ctx context.Context) (int64, error) {
	n, err := s.client.HGet(ctx, keyContent, "revision").Int64()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, wrap("read content revision", err)
}

// Content reads what is published.
func (s *Store) Content(ctx context.Context) (Content, error) {
	fields, err := s.client.HGetAll(ctx, keyContent).Result()
	if err != nil {
		return Content{}, wrap("read content", err)
	}
	var c Content
	if len(fields) == 0 {
		return c, nil
	}
	c.Revision, err = strconv.ParseInt(fields["revision"], 10, 64)
	return c, readContent("content", err, []byte(fields["edits"]), &c.Edits)
}

func readContent(what string, err error, text []byte, into any) error {
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", what, errMalformed)
	}
	return nil
}

// Propose keeps a proposal until it is published or dropped. It fails with
// ErrTooMany when 200 wait.
func (s *Store) Propose(ctx context.Context, p Proposal) error {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("propose: %w", err)
	}
	n, err := s.client.HLen(ctx, keyProposed).Result()
	if err == nil && n >= proposedMost {
		return fmt.Errorf("propose: %w", ErrTooMany)
	}
	if err == nil {
		err = s.client.HSet(ctx, keyProposed, p.ID, text).Err()
	}
	return wrap("propose", err)
}

// Proposals reads all that wait, the oldest first.
func (s *Store) Proposals(ctx context.Context) ([]Proposal, error) {
	all, err := s.client.HGetAll(ctx, keyProposed).Result()
	if err != nil {
		return nil, wrap("read proposals", err)
	}
	out := make([]Proposal, 0, len(all))
	for id, text := range all {
		p := Proposal{ID: id}
		if err := readContent("proposals", nil, []byte(text), &p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Proposal) int { return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.ID, b.ID)) })
	return out, nil
}

// Proposal reads one; ErrNotFound when it was published or dropped.
func (s *Store) Proposal(ctx context.Context, id string) (Proposal, error) {
	p := Proposal{ID: id}
	text, err := s.client.HGet(ctx, keyProposed, id).Bytes()
	if errors.Is(err, redis.Nil) {
		return p, fmt.Errorf("read proposal: %w", ErrNotFound)
	}
	if err != nil {
		return p, wrap("read proposal", err)
	}
	return p, readContent("proposal", nil, text, &p)
}

// DropProposal forgets a proposal; ErrNotFound when there is none.
func (s *Store) DropProposal(ctx context.Context, id string) error {
	n, err := s.client.HDel(ctx, keyProposed, id).Result()
	if err == nil && n == 0 {
		return fmt.Errorf("drop proposal: %w", ErrNotFound)
	}
	return wrap("drop proposal", err)
}

// Publish makes a proposal what people read. seen is the mark of what was
// published about the same thing when by looked at it; another one by now is
// ErrConflict. A proposal that somebody else published or dropped is ErrNotFound.
// What is published about other things meanwhile does not matter.
func (s *Store) Publish(ctx context.Context, p Proposal, seen, by string, at int64) (int64, error) {
	for {
		c, err := s.Content(ctx)
		if err != nil {
			return 0, err
		}
		if c.Mark(p.About) != seen {
			return 0, fmt.Errorf("publish: %w", ErrConflict)
		}
		edits, err := json.Marshal(c.with(p.About, p.Edit))
		if err != nil {
			return 0, fmt.Errorf("publish: %w", err)
		}
		entry, err := json.Marshal(ContentEntry{
			Revision: c.Revision + 1, About: p.About, Edit: p.Edit, Was: c.Of(p.About), Author: p.Staff, Staff: by, At: at,
		})
		if err != nil {
			return 0, fmt.Errorf("publish: %w", err)
		}
		n, err := s.run(ctx, publishScript, []string{keyContent, keyHistory, keyProposed}, c.Revision, edits, entry, historyKept, p.ID).Int64()
		switch {
		case err != nil:
			return 0, wrap("publish", err)
		case n < 0:
			return 0, fmt.Errorf("publish: %w", ErrNotFound)
		case n > 0:
			return n, nil
		}
		// Somebody published something at the same moment: look again.
	}
}

// ContentHistory reads what was published, the newest first; at most 500 entries
// are kept.
func (s *Store) ContentHistory(ctx context.Context) ([]ContentEntry, error) {
	texts, err := s.client.LRange(ctx, keyHistory, 0, historyKept-1).Result()
	if err != nil {
		return nil, wrap("read content history", err)
	}
	out := make([]ContentEntry, len(texts))
	for i, text := range texts {
		if err := readContent("content history", nil, []byte(text), &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
