package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/s2"

	"arraigo/flows"
)

// A Record is all that is kept about one contact. Replace Session and hand it
// to Commit in a Turn; the other fields are the store's, except Blocked.
type Record struct {
	ID       ContactID
	ChatID   int64
	Revision uint64 // 0: nothing is stored yet. Else opaque: one more with every commit, and never the same in another life
	Session  flows.Session
	Created  int64 // Unix seconds of the first commit
	Blocked  bool  // the person blocked the bot, as far as we were told
	Member   bool  // gave the consent that a profile needs: on the roster, no lifetime by Redis
	Delivery Delivery

	updates []int64  // newest last, at most remembered
	entries []string // "dimension:value", sorted: the audience indexes that hold this contact
	ordinal int      // place in the roster; -1: none
	sealed  []byte   // as read, for rotation
}

// Delivery says what is known of the newest replies to a contact. A person
// cannot have seen a question that is Pending, or asked after their message.
type Delivery struct {
	Pending bool      // the newest replies were not accepted by Telegram yet
	Newest  OwedRef   // the newest replies
	At      time.Time // when Telegram accepted them; zero: never, or pending
	Message int       // Telegram message id of the newest question delivered; 0: none
}

// remembered is how many update ids a record keeps: Telegram may deliver two
// updates of one person in either order, so "greater than the last" is not
// enough to know a redelivery.
const remembered = 32

// Has reports whether the update was committed before. Because a commit fails
// when the record changed since it was loaded, asking between the two is exact.
func (r *Record) Has(update int64) bool {
	return update != 0 && slices.Contains(r.updates, update)
}

// Entries returns the audience indexes that hold the contact.
func (r *Record) Entries() []flows.Entry {
	out := make([]flows.Entry, 0, len(r.entries))
	for _, e := range r.entries {
		out = append(out, splitEntry(e))
	}
	return out
}

// LogValue keeps the chat id and the answers out of every log.
func (r *Record) LogValue() slog.Value {
	return slog.GroupValue(slog.String("contact", string(r.ID)), slog.Uint64("revision", r.Revision))
}

// A record in Redis is a header that the scripts read and write, all numbers
// big-endian, and the sealed rest:
//
//	 0  8  revision
//	 8  8  revision whose replies are the newest owed; 0: none ever
//	16  8  Unix ms when those were delivered; 0: not yet
//	24  8  message id of the newest question delivered, times 256, plus how many
//	       ids before it the first message sent with it has
//	32  4  place in the roster plus one; 0: none
//	36  1  flags
//	37     sealed
const headerSize = 37

const (
	flagBlocked = 1
	flagMember  = 2
)

// contents is the compressible part of a record. The slots lie beside the
// session, each as its name and its values, sorted: read into a map they cost
// more than all the rest.
type contents struct {
	Session flows.Session `json:"s"`
	Slots   [][]string    `json:"v,omitempty"`
	Entries []string      `json:"i,omitempty"`
}

// pack takes the slots out of the session's map.
func (c *contents) pack() {
	c.Slots = make([][]string, 0, len(c.Session.Slots))
	for name, values := range c.Session.Slots {
		c.Slots = append(c.Slots, append(append(make([]string, 0, 1+len(values)), name), values...))
	}
	slices.SortFunc(c.Slots, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	c.Session.Slots = nil
}

// unpack puts them back; false for a slot without a name.
func (c *contents) unpack() bool {
	if len(c.Slots) > 0 {
		c.Session.Slots = make(map[string][]string, len(c.Slots))
	}
	for _, s := range c.Slots {
		if len(s) == 0 {
			return false
		}
		c.Session.Slots[s[0]] = slices.Clip(s[1:])
	}
	return true
}

// encodeBody makes what gets sealed: a format byte, then numbers that do not
// compress, with their length, then the packed contents.
func (r *Record) encodeBody() ([]byte, error) {
	numbers := binary.AppendVarint(make([]byte, 0, 64), r.ChatID)
	numbers = binary.AppendVarint(numbers, r.Created)
	last := int64(0)
	for _, u := range r.updates {
		numbers = binary.AppendVarint(numbers, u-last)
		last = u
	}
	c := contents{Session: r.Session, Entries: r.entries}
	c.pack()
	text, err := encode(c)
	if err != nil {
		return nil, fmt.Errorf("encode session: %w", err)
	}
	out := append(make([]byte, 0, 1+2+len(numbers)+s2.MaxEncodedLen(len(text))), formatCBOR)
	out = binary.AppendUvarint(out, uint64(len(numbers)))
	return pack(append(out, numbers...), text), nil
}

var errMalformed = errors.New("malformed record")

func (r *Record) decodeBody(plain []byte) error {
	if len(plain) < 2 {
		return errMalformed
	}
	n, w := binary.Uvarint(plain[1:])
	if w <= 0 || n > uint64(len(plain)-1-w) {
		return errMalformed
	}
	numbers, packed := plain[1+w:1+w+int(n)], plain[1+w+int(n):]
	next := func() (v int64, ok bool) {
		v, w := binary.Varint(numbers)
		if w <= 0 {
			return 0, false
		}
		numbers = numbers[w:]
		return v, true
	}
	var ok1, ok2 bool
	r.ChatID, ok1 = next()
	r.Created, ok2 = next()
	if !ok1 || !ok2 {
		return errMalformed
	}
	for last := int64(0); len(numbers) > 0; {
		delta, ok := next()
		if !ok {
			return errMalformed
		}
		last += delta
		r.updates = append(r.updates, last)
	}
	text, err := unpack(plain[0], packed)
	if err != nil {
		return errMalformed // the reason would quote content
	}
	var c contents
	if decode(plain[0], text, &c) != nil || !c.unpack() {
		return errMalformed
	}
	r.Session, r.entries = c.Session, c.Entries
	return nil
}

// decodeRecord reads a stored value; the id is the one in its key.
func (k *Keyring) decodeRecord(id ContactID, value []byte) (*Record, error) {
	if len(value) <= headerSize {
		return nil, errMalformed
	}
	u64 := func(at int) uint64 { return binary.BigEndian.Uint64(value[at:]) }
	flags := value[36]
	r := &Record{
		ID:       id,
		Revision: u64(0),
		Blocked:  flags&flagBlocked != 0,
		Member:   flags&flagMember != 0,
		Delivery: Delivery{Pending: u64(8) != 0 && u64(16) == 0},
		ordinal:  int(binary.BigEndian.Uint32(value[32:])) - 1,
		sealed:   value[headerSize:],
	}
	if newest := u64(8); newest != 0 {
		r.Delivery.Newest = OwedRef{Contact: id, Revision: newest}
	}
	r.Delivery.Message = int(u64(24))
	if ms := int64(u64(16)); ms != 0 {
		r.Delivery.At = time.UnixMilli(ms).UTC()
	}
	plain, err := k.open(fieldRecord, id, r.sealed)
	if err != nil {
		return nil, err
	}
	if err := r.decodeBody(plain); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Record) flags() int {
	f := 0
	if r.Blocked {
		f |= flagBlocked
	}
	if r.Member {
		f |= flagMember
	}
	return f
}
