package store

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"arraigo/flows"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed lua/request.lua
	requestSource string
	//go:embed lua/answered.lua
	answeredSource string

	requestScript  = redis.NewScript(requestSource)
	answeredScript = redis.NewScript(answeredSource)
)

const (
	keyRequests     = "{requests}:open"
	keyRequestsDone = "{requests}:done"
)

func keyRequest(id string) string                 { return "{requests}:request:" + id }
func (b bucketKeys) requests(id ContactID) string { return string(b) + "requests:" + string(id) }

// A Request is what a person asked about their data, and when the law wants it
// answered (Ley 1581/2012 art. 14 and 15). Most people do it themselves in the
// chat, at once; this is for those who ask by another way. While it is open it
// names the contact; afterwards only that it was answered in time is kept. It
// must not be logged.
type Request struct {
	ID      string      `json:"-"` // r- and six letters or digits; may be logged
	Kind    RequestKind `json:"k"`
	Contact ContactID   `json:"c,omitempty"` // "": not known, or answered
	Way     string      `json:"w"`           // how it came: one of the ways
	Asked   int64       `json:"a"`           // Unix seconds
	Due     int64       `json:"d"`           // Unix seconds: the last day is over
	Note    string      `json:"n,omitempty"` // of the team, while it is open
	By      string      `json:"b"`           // id of who took it down
	Done    int64       `json:"e,omitempty"` // Unix seconds; 0: open
	DoneBy  string      `json:"y,omitempty"` // id of who answered; "": the person did it themselves
	Outcome string      `json:"o,omitempty"` // one of the outcomes

	sealed []byte
}

// LogValue shows the id only.
func (r Request) LogValue() slog.Value { return slog.GroupValue(slog.String("request", r.ID)) }

// Open reports whether it still waits for an answer.
func (r *Request) Open() bool { return r.Done == 0 }

// A RequestKind is what somebody asks for.
type RequestKind string

// The kinds of requests: a query is to be answered in ten working days, a claim
// in fifteen.
const (
	RequestExport  RequestKind = "export"  // a query: what do you keep about me?
	RequestCorrect RequestKind = "correct" // a claim: something is wrong
	RequestErase   RequestKind = "erase"   // a claim: forget me
	RequestOther   RequestKind = "claim"   // another claim: proof of the permission, a complaint
)

// RequestKinds lists all kinds.
func RequestKinds() []RequestKind {
	return []RequestKind{RequestExport, RequestCorrect, RequestErase, RequestOther}
}

// Days is in how many working days it is to be answered.
func (k RequestKind) Days() int {
	if k == RequestExport {
		return 10
	}
	return 15
}

// Ways by which a request comes.
func RequestWays() []string { return []string{"chat", "phone", "office", "mail", "letter"} }

// What came of a request.
const (
	OutcomeDone    = "done"
	OutcomeRefused = "refused" // with the reason told to the person
	OutcomeGone    = "gone"    // the person erased their data meanwhile
)

// requestLife is how long it is kept that a request was answered in time.
const requestLife = 3 * 365 * day

// OpenRequest takes down a request. Kind, Way, Asked, Due and By are needed; a
// Contact must be there, or it fails with ErrNotFound.
func (s *Store) OpenRequest(ctx context.Context, r Request) (Request, error) {
	if !slices.Contains(RequestKinds(), r.Kind) || !slices.Contains(RequestWays(), r.Way) || r.Asked == 0 || r.Due < r.Asked {
		return Request{}, errors.New("open request: incomplete")
	}
	r.ID, r.Note = newName("r-", 6), flows.Masked(r.Note)
	if r.Contact != "" {
		// First the contact's own list, which an erasure takes: a crash between
		// leaves a name that leads nowhere, never a request that outlives it.
		b := bucket(r.Contact.Bucket())
		n, err := s.run(ctx, requestScript, []string{b.contact(r.Contact), b.requests(r.Contact)}, r.ID, seconds(requestLife)).Int()
		if err != nil {
			return Request{}, wrap("open request", err)
		}
		if n == 0 {
			return Request{}, fmt.Errorf("open request: %w", ErrNotFound)
		}
	}
	sealed, err := s.sealRequest(r)
	if err != nil {
		return Request{}, err
	}
	pipe := s.client.TxPipeline()
	pipe.Set(ctx, keyRequest(r.ID), sealed, 0)
	pipe.ZAdd(ctx, keyRequests, redis.Z{Score: float64(r.Due), Member: r.ID})
	if _, err := pipe.Exec(ctx); err != nil {
		return Request{}, wrap("open request", err)
	}
	r.sealed = sealed
	return r, nil
}

func (s *Store) sealRequest(r Request) ([]byte, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	sealed, err := s.keys.seal(fieldRequest, ContactID(r.ID), plain)
	if err != nil {
		return nil, fmt.Errorf("seal request: %w", err)
	}
	return sealed, nil
}

// Request reads a request, open or answered; ErrNotFound when there is none.
func (s *Store) Request(ctx context.Context, id string) (Request, error) {
	list, err := s.requests(ctx, []string{id})
	if err != nil {
		return Request{}, err
	}
	if len(list) == 0 {
		return Request{}, fmt.Errorf("read request: %w", ErrNotFound)
	}
	return list[0], nil
}

// OpenRequests lists the requests that wait for an answer, the most urgent first.
func (s *Store) OpenRequests(ctx context.Context) ([]Request, error) {
	ids, err := s.client.ZRange(ctx, keyRequests, 0, -1).Result()
	if err != nil {
		return nil, wrap("list requests", err)
	}
	return s.requests(ctx, ids)
}

// AnsweredRequests lists up to limit requests that were answered, newest first.
func (s *Store) AnsweredRequests(ctx context.Context, limit int) ([]Request, error) {
	ids, err := s.client.ZRevRange(ctx, keyRequestsDone, 0, int64(limit)-1).Result()
	if err != nil {
		return nil, wrap("list requests", err)
	}
	return s.requests(ctx, ids)
}

// RequestsOf lists the open requests of a contact, the most urgent first.
func (s *Store) RequestsOf(ctx context.Context, id ContactID) ([]Request, error) {
	ids, err := s.client.HKeys(ctx, bucket(id.Bucket()).requests(id)).Result()
	if err != nil {
		return nil, wrap("list requests", err)
	}
	list, err := s.requests(ctx, ids)
	list = slices.DeleteFunc(list, func(r Request) bool { return !r.Open() || r.Contact != id })
	slices.SortFunc(list, func(a, b Request) int { return int(a.Due - b.Due) })
	return list, err
}

func (s *Store) requests(ctx context.Context, ids []string) ([]Request, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = keyRequest(id)
	}
	values, err := s.client.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, wrap("read requests", err)
	}
	var list []Request
	for i, v := range values {
		sealed, ok := v.(string)
		if !ok {
			continue
		}
		plain, err := s.keys.open(fieldRequest, ContactID(ids[i]), []byte(sealed))
		if err != nil {
			return nil, fmt.Errorf("read request %s: %w", ids[i], err)
		}
		r := Request{ID: ids[i], sealed: []byte(sealed)}
		if json.Unmarshal(plain, &r) != nil {
			return nil, fmt.Errorf("read request %s: %w", ids[i], errMalformed)
		}
		list = append(list, r)
	}
	return list, nil
}

// AnswerRequest notes what came of a request. Whom it was about and what was
// written down about it are forgotten in the same step; the rest is the proof
// that it was answered, for three years. Done before, it stays as it is. It fails
// with ErrConflict when somebody else changed it meanwhile.
func (s *Store) AnswerRequest(ctx context.Context, id, outcome, by string, now time.Time) error {
	r, err := s.Request(ctx, id)
	if err != nil || !r.Open() {
		return err
	}
	contact := r.Contact
	done := r
	done.Contact, done.Note, done.Outcome, done.DoneBy, done.Done = "", "", outcome, by, now.Unix()
	sealed, err := s.sealRequest(done)
	if err != nil {
		return err
	}
	n, err := s.run(ctx, answeredScript, []string{keyRequest(id), keyRequests, keyRequestsDone},
		r.sealed, sealed, id, now.Unix(), seconds(requestLife), strconv.FormatInt(now.Add(-requestLife).Unix(), 10)).Int()
	if err != nil {
		return wrap("answer request", err)
	}
	if n == 0 {
		return fmt.Errorf("answer request: %w", ErrConflict)
	}
	if contact == "" {
		return nil
	}
	return wrap("answer request", s.client.HDel(ctx, bucket(contact.Bucket()).requests(contact), id).Err())
}

// forgetWords forgets what was said and written about a contact whose permission
// ends. An erasure also answers their open requests; who only takes back the
// permission still waits for theirs.
func (s *Store) forgetWords(ctx context.Context, t Turn) error {
	id := t.Record.ID
	if t.Erase {
		return s.dropRequests(ctx, id, t.Now)
	}
	b := bucket(id.Bucket())
	return wrap("forget words", s.client.Del(ctx, b.notes(id), b.talk(id), b.enclosed(id)).Err())
}

// dropRequests answers the open requests of a contact who is being erased: they
// lie outside the contact's bucket, so they are left before the record goes.
func (s *Store) dropRequests(ctx context.Context, id ContactID, now time.Time) error {
	list, err := s.RequestsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range list {
		outcome := OutcomeGone
		if r.Kind == RequestErase {
			outcome = OutcomeDone
		}
		if err := s.AnswerRequest(ctx, r.ID, outcome, "", now); err != nil {
			return err
		}
	}
	return nil
}
