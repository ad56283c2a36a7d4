package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"
)

// An OwedRef names the replies that one commit owes. The zero value names none.
// The farewell to somebody who was erased has Revision 0 and a random Contact,
// under which there is no record. A ref may be logged.
type OwedRef struct {
	Contact  ContactID
	Revision uint64
}

// IsZero reports whether nothing is owed.
func (ref OwedRef) IsZero() bool { return ref.Contact == "" }

// Farewell reports whether these are the last replies to an erased contact.
func (ref OwedRef) Farewell() bool { return ref.Contact != "" && ref.Revision == 0 }

func (ref OwedRef) field() string {
	return string(ref.Contact) + "." + strconv.FormatUint(ref.Revision, 10)
}

// key is the hash that holds the entry.
func (ref OwedRef) key() string {
	b := bucket(ref.Contact.Bucket())
	if ref.Farewell() {
		return b.farewell()
	}
	return b.outbox()
}

func parseRef(field string) (OwedRef, bool) {
	id, revision, ok := strings.Cut(field, ".")
	n, err := strconv.ParseUint(revision, 10, 64)
	ref := OwedRef{Contact: ContactID(id), Revision: n}
	return ref, ok && err == nil && ref.Contact.Valid()
}

// farewellRef has a random name in the bucket of the contact.
func farewellRef(id ContactID) (OwedRef, error) {
	var b [idBytes]byte
	if _, err := rand.Read(b[1:]); err != nil {
		return OwedRef{}, fmt.Errorf("random name: %w", err)
	}
	b[0] = byte(id.Bucket())
	return OwedRef{Contact: contactID(b[:])}, nil
}

// Owed is what a process has to deliver for another one, or for itself after a
// restart. Its ChatID must not be logged.
type Owed struct {
	Ref      OwedRef
	ChatID   int64
	Language string
	Replies  []flows.Reply
	Sent     int       // how many of Replies Telegram accepted already, as far as noted
	Since    time.Time // of the commit
	Attempts int       // how often the entry was claimed, this time included

	Outreaches []string // that the replies belong to; none: they answer the person
	Again      bool     // they may be sent again when it is not known whether they arrived
}

// LogValue hides the chat id and the replies.
func (o Owed) LogValue() slog.Value {
	return slog.GroupValue(slog.String("contact", string(o.Ref.Contact)), slog.Uint64("revision", o.Ref.Revision), slog.Int("attempts", o.Attempts))
}

type owedContents struct {
	Chat     int64         `json:"c"`
	Language string        `json:"l,omitempty"`
	Replies  []flows.Reply `json:"r"`
	Since    int64         `json:"t"` // Unix ms
	Again    bool          `json:"g,omitempty"`
}

// An entry of the outbox is a line "epoch attempts sent instance", which the
// scripts read and write, with the outreaches it belongs to, and the sealed rest.
func (s *Store) encodeOwed(ref OwedRef, t Turn) ([]byte, error) {
	plain, err := encode(owedContents{Chat: t.Record.ChatID, Language: t.Record.Session.Language, Replies: t.Replies, Since: t.Now.UnixMilli(), Again: t.Again})
	if err != nil {
		return nil, fmt.Errorf("encode replies: %w", err)
	}
	sealed, err := s.keys.seal(fieldOwed, ContactID(ref.field()), append([]byte{formatCBOR}, plain...))
	if err != nil {
		return nil, fmt.Errorf("seal replies: %w", err)
	}
	head := fmt.Appendf(nil, "%d 0 0 %s", s.cfg.Epoch, s.cfg.Instance)
	for _, told := range t.Told {
		if told.State == StateOwed {
			head = append(append(head, ' '), told.Outreach...)
		}
	}
	return append(append(head, '\n'), sealed...), nil
}

func (k *Keyring) decodeOwed(field string, value []byte) (Owed, error) {
	ref, ok := parseRef(field)
	head, sealed, found := bytes.Cut(value, []byte{'\n'})
	part := strings.Fields(string(head))
	if !ok || !found || len(part) < 4 {
		return Owed{}, errMalformed
	}
	attempts, err1 := strconv.Atoi(part[1])
	sent, err2 := strconv.Atoi(part[2])
	if err1 != nil || err2 != nil {
		return Owed{}, errMalformed
	}
	plain, err := k.open(fieldOwed, ContactID(field), sealed)
	if err != nil {
		return Owed{}, err
	}
	format := byte(formatJSON)
	if len(plain) > 0 && plain[0] == formatCBOR {
		format, plain = formatCBOR, plain[1:]
	}
	var c owedContents
	if decode(format, plain, &c) != nil {
		return Owed{}, errMalformed
	}
	return Owed{Ref: ref, ChatID: c.Chat, Language: c.Language, Replies: c.Replies, Sent: sent, Since: time.UnixMilli(c.Since).UTC(), Attempts: attempts,
		Outreaches: append([]string(nil), part[4:]...), Again: c.Again}, nil
}

// Delivered notes that Telegram accepted the replies from that moment on;
// question is the message id of the question among them, 0 if there was none.
// said are the ids of all messages that came into the chat since, for Said. It is no error when the
// entry is gone, because another process delivered it too or the contact was
// erased. The outreaches of the entry reached the contact.
func (s *Store) Delivered(ctx context.Context, ref OwedRef, at time.Time, question int, said ...int) error {
	return s.settle(ctx, "note delivery", ref, at, int64(question), settling{state: StateSent}, said...)
}

// saidMax is how many messages of a chat are known: more than anybody exchanges
// with a bot in two days, and one call of Telegram's deletes them.
const saidMax = 100

// Reasons for which replies are given up.
const (
	ReasonBlocked  = "blocked"  // the person blocked the bot, or deleted their account; also sets Blocked
	ReasonRejected = "rejected" // Telegram will never accept this message
	ReasonExpired  = "expired"  // too old to be of use
)

// Undeliverable takes the replies out of the outbox for good and counts the
// reason: a few lower-case letters, one of the constants or the caller's own. The
// outreaches of the entry ended there too.
func (s *Store) Undeliverable(ctx context.Context, ref OwedRef, at time.Time, reason string) error {
	if reason == "" {
		return errors.New("give replies up: no reason")
	}
	how := settling{reason: reason, state: StateFailed(reason)}
	if reason == ReasonBlocked {
		how.blocked, how.state = true, StateBlocked
	}
	return s.settle(ctx, "give replies up", ref, at, 0, how)
}

// settling says how the way of an entry ends.
type settling struct {
	reason  string // why it was not delivered, to be counted; "": nothing to count
	state   string // in the ledgers of its outreaches
	blocked bool   // the person blocked the bot
}

func (s *Store) settle(ctx context.Context, op string, ref OwedRef, at time.Time, question int64, how settling, said ...int) error {
	if ref.IsZero() {
		return nil
	}
	b := bucket(ref.Contact.Bucket())
	keys := []string{ref.key(), b.owed(), b.contact(ref.Contact), b.undelivered(s.date(at)), b.in(entryBlocked), b.said(ref.Contact), b.ledgers()}
	var revision []byte
	if !ref.Farewell() {
		revision = revisionBytes(ref.Revision)
	}
	flag := "0"
	if how.blocked {
		flag = "1"
	}
	args := make([]any, 0, 12+len(said))
	args = append(args, ref.field(), revision, revisionBytes(uint64(at.UnixMilli())), question, how.reason, seconds(counterLife), flag,
		seconds(saidLife), saidMax, string(ref.Contact), how.state, at.Unix())
	for _, id := range said {
		args = append(args, id)
	}
	return wrap(op, s.run(ctx, settleScript, keys, args...).Err())
}

// SetBlocked notes that a person blocked the bot, or came back, outside a turn.
// The revision stays.
func (s *Store) SetBlocked(ctx context.Context, id ContactID, blocked bool) error {
	b := bucket(id.Bucket())
	flag := 0
	if blocked {
		flag = 1
	}
	return wrap("note block", s.run(ctx, blockScript, []string{b.contact(id), b.in(entryBlocked)}, flag).Err())
}

// Progress notes that Telegram accepted the first n replies of an entry, so
// that whoever claims it after a crash goes on from there.
func (s *Store) Progress(ctx context.Context, ref OwedRef, n int) error {
	_, err := s.hold(ctx, ref, strconv.Itoa(n), "", "0")
	return wrap("note progress", err)
}

// Extend renews the lease of an entry this process holds, from now on. It
// returns false when the entry is gone or somebody else claimed it: do not send.
func (s *Store) Extend(ctx context.Context, ref OwedRef, now time.Time) (bool, error) {
	held, err := s.hold(ctx, ref, "", strconv.FormatInt(s.leaseEnd(now), 10), "0")
	return held, wrap("extend lease", err)
}

// Postpone gives an entry back: from that moment on, and not before, whoever
// claims first gets it. The caller must forget it.
func (s *Store) Postpone(ctx context.Context, ref OwedRef, until time.Time) error {
	_, err := s.hold(ctx, ref, "", strconv.FormatInt(until.UnixMilli(), 10), "1")
	return wrap("postpone replies", err)
}

func (s *Store) hold(ctx context.Context, ref OwedRef, sent, end, release string) (bool, error) {
	if ref.IsZero() {
		return false, nil
	}
	n, err := s.run(ctx, holdScript, []string{ref.key(), bucket(ref.Contact.Bucket()).owed()},
		ref.field(), s.cfg.Epoch, s.cfg.Instance, sent, end, release).Int()
	return n == 1, err
}
