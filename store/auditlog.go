package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"
)

// The audit log says who of the team saw or changed what. It is append-only: each
// entry holds the SHA-256 of the one before it and of itself, so that nobody can
// change, leave out or slip in one without VerifyAudit seeing it. Whoever can
// write to Redis can still make the whole log anew; the head, noted elsewhere,
// shows that too. After 24 months entries leave at the old end, and the hash of
// the last that left is the new beginning.
//
// Why something was done is in a person's words: it is sealed and lies beside the
// chain, which holds only a salted digest of it. So keys can be changed.

// An AuditEntry is one line of the audit log. Staff and About are ids and may be
// logged; Why must not.
type AuditEntry struct {
	Number int64     // place in the chain, from 1; given by the store
	At     time.Time // given by the store, never before the entry before
	Staff  string    // id of a staff member, or AuditOperator
	Act    string    // lower-case letters and dashes, at most 40
	About  string    // id of a contact, staff member, outreach or offer; "" for none
	Why    string    // in words, at most 500 code points
	People int       // of how many people data were shown or written into a file
}

// AuditOperator stands for whoever works at the command line of the server.
const AuditOperator = "operator"

// BulkReads is of how many people somebody may see data within one hour before
// the auditors are told: an officer who attends people all day opens a page every
// two minutes.
const BulkReads = 60

// maxWhy bounds what is kept of a reason, in code points.
const maxWhy = 500

var (
	actForm   = regexp.MustCompile(`^[a-z][a-z-]{0,39}$`)
	aboutForm = regexp.MustCompile(`^[A-Za-z0-9%:._-]{0,120}$`)
)

// auditLine is what of an entry is hashed, in this order.
type auditLine struct {
	Number int64  `json:"n"`
	At     int64  `json:"t"` // Unix milliseconds
	Staff  string `json:"s"`
	Act    string `json:"a"`
	About  string `json:"o,omitempty"`
	People int    `json:"p,omitempty"`
	Why    string `json:"w,omitempty"` // salted digest
}

// auditHead is the newest end of the chain.
type auditHead struct {
	number int64
	hash   string
	at     int64 // Unix milliseconds
}

var (
	//go:embed lua/audit.lua
	auditSource string
	//go:embed lua/trim.lua
	trimSource string

	auditScript = redis.NewScript(auditSource)
	trimScript  = redis.NewScript(trimSource)
)

// chain is the hash of an entry that follows one with the hash before.
func chain(before string, line []byte) string {
	sum := sha256.Sum256(append([]byte(before+"\n"), line...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// saltBytes stand before a reason, so that its digest tells nothing about it.
const saltBytes = 16

func whyDigest(salted []byte) string {
	sum := sha256.Sum256(salted)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// AppendAudit writes an entry. Call it before what it tells of happens: what
// cannot be noted must not be done. After ErrUnavailable it may have been
// written.
func (s *Store) AppendAudit(ctx context.Context, e AuditEntry, now time.Time) error {
	if e.Staff != AuditOperator && !staffForm.MatchString(e.Staff) || !actForm.MatchString(e.Act) || !aboutForm.MatchString(e.About) || e.People < 0 {
		return errors.New("audit: malformed entry")
	}
	line := auditLine{Staff: e.Staff, Act: e.Act, About: e.About, People: e.People}
	var salted []byte
	if why := strings.ToValidUTF8(strings.TrimSpace(e.Why), ""); why != "" {
		if utf8.RuneCountInString(why) > maxWhy {
			why = string([]rune(why)[:maxWhy])
		}
		salted = make([]byte, saltBytes, saltBytes+len(why))
		_, _ = rand.Read(salted) // crypto/rand never fails
		salted = append(salted, why...)
		line.Why = whyDigest(salted)
	}
	s.audit.Lock()
	defer s.audit.Unlock()
	for range maxAuditTries {
		head := s.audit.head
		line.Number, line.At = head.number+1, max(now.UnixMilli(), head.at)
		text, err := json.Marshal(line)
		if err != nil {
			return fmt.Errorf("encode audit entry: %w", err)
		}
		var sealed []byte
		if salted != nil {
			if sealed, err = s.keys.seal(fieldWhy, whyName(line.Number), salted); err != nil {
				return fmt.Errorf("seal audit entry: %w", err)
			}
		}
		next := auditHead{line.Number, chain(head.hash, text), line.At}
		got, err := s.run(ctx, auditScript, []string{keyAuditLog, keyAuditHead, keyAuditWhy, keyAuditReads(hour(now))},
			head.number, head.hash, next.number, next.hash, next.at, text, sealed, e.Staff, e.People, seconds(readsLife)).StringSlice()
		if err != nil {
			return wrap("append to the audit log", err)
		}
		if len(got) == 0 {
			s.audit.head = next
			return nil
		}
		if s.audit.head, err = readHead(got); err != nil {
			return fmt.Errorf("append to the audit log: %w", err)
		}
	}
	return fmt.Errorf("append to the audit log: %w", ErrConflict)
}

// maxAuditTries bounds how often other processes may come first; each tries with
// one entry at a time.
const maxAuditTries = 100

// readHead reads number, hash and time; all empty: the log is.
func readHead(fields []string) (h auditHead, err error) {
	if len(fields) != 3 {
		return h, errMalformed
	}
	if fields[0] == "" {
		return h, nil
	}
	h.hash = fields[1]
	if h.number, err = strconv.ParseInt(fields[0], 10, 64); err != nil {
		return h, errMalformed
	}
	if h.at, err = strconv.ParseInt(fields[2], 10, 64); err != nil {
		return h, errMalformed
	}
	return h, nil
}

// whyName is what the reason of an entry is sealed under.
func whyName(number int64) ContactID { return ContactID("audit-" + strconv.FormatInt(number, 10)) }

// An AuditFilter says which entries are wanted; zero fields do not matter.
type AuditFilter struct {
	Staff, Act, About string
	From, To          time.Time // From ≤ entry < To
}

func (f AuditFilter) takes(l auditLine) bool {
	return (f.Staff == "" || f.Staff == l.Staff) && (f.Act == "" || f.Act == l.Act) && (f.About == "" || f.About == l.About)
}

// AuditPage is some entries, newest first.
type AuditPage struct {
	Entries []AuditEntry
	Older   string // what AuditLog takes as before to go on; "" when that was all
}

// auditLook is how many entries one call of AuditLog looks at.
const auditLook = 20_000

// AuditLog returns the newest entries that the filter takes, up to limit, before the
// place that an earlier page told ("": from the newest). It looks at 20,000
// entries at most: a page may be short, or empty, and still have older ones. A
// reason that is gone, or is not the one that the chain holds, is empty.
func (s *Store) AuditLog(ctx context.Context, f AuditFilter, before string, limit int) (AuditPage, error) {
	var page AuditPage
	from, to := "-", "+"
	if !f.From.IsZero() {
		from = strconv.FormatInt(f.From.UnixMilli(), 10) + "-0"
	}
	if !f.To.IsZero() {
		to = "(" + strconv.FormatInt(f.To.UnixMilli(), 10) + "-0"
	}
	if before != "" {
		if !streamID.MatchString(before) {
			return page, nil
		}
		to = "(" + before
	}
	for looked := 0; looked < auditLook; {
		entries, err := s.client.XRevRangeN(ctx, keyAuditLog, to, from, 500).Result()
		if err != nil {
			return page, wrap("read the audit log", err)
		}
		for _, e := range entries {
			line, _, err := auditEntry(e)
			if err != nil {
				return page, fmt.Errorf("read the audit log: %w", err)
			}
			to, page.Older = "("+e.ID, e.ID
			if !f.takes(line) {
				continue
			}
			page.Entries = append(page.Entries, AuditEntry{
				Number: line.Number, At: time.UnixMilli(line.At).UTC(), Staff: line.Staff, Act: line.Act, About: line.About, People: line.People, Why: line.Why,
			})
			if len(page.Entries) == limit {
				return page, s.reasons(ctx, page.Entries)
			}
		}
		looked += len(entries)
		if len(entries) < 500 {
			page.Older = ""
			break
		}
	}
	return page, s.reasons(ctx, page.Entries)
}

var streamID = regexp.MustCompile(`^\d{1,15}-\d{1,15}$`)

// auditEntry reads an entry of the stream and its hash.
func auditEntry(e redis.XMessage) (line auditLine, hash string, err error) {
	text, ok1 := e.Values["e"].(string)
	hash, ok2 := e.Values["h"].(string)
	if !ok1 || !ok2 || json.Unmarshal([]byte(text), &line) != nil {
		return line, "", errMalformed
	}
	return line, hash, nil
}

// reasons puts the words in the place of their digests.
func (s *Store) reasons(ctx context.Context, entries []AuditEntry) error {
	var fields []string
	for _, e := range entries {
		if e.Why != "" {
			fields = append(fields, strconv.FormatInt(e.Number, 10))
		}
	}
	if len(fields) == 0 {
		return nil
	}
	values, err := s.client.HMGet(ctx, keyAuditWhy, fields...).Result()
	if err != nil {
		return wrap("read the audit log", err)
	}
	words := map[string]string{}
	for i, v := range values {
		words[fields[i]], _ = v.(string)
	}
	for i := range entries {
		e := &entries[i]
		if e.Why == "" {
			continue
		}
		salted, err := s.keys.open(fieldWhy, whyName(e.Number), []byte(words[strconv.FormatInt(e.Number, 10)]))
		if err != nil || whyDigest(salted) != e.Why || len(salted) < saltBytes {
			e.Why = ""
			continue
		}
		e.Why = string(salted[saltBytes:])
	}
	return nil
}
