package store

import (
	"encoding/base32"
	"encoding/binary"
	"strconv"
)

// A ContactID names a contact in every key, index and log: 13 characters, made
// one-way from the Telegram chat id (see Keyring.Contact). It is a pseudonym:
// whoever holds the keyset can test a chat id against it, nobody else can.
type ContactID string

// alphabet is Crockford's base 32 in lower case: no i, l, o, u.
var alphabet = base32.NewEncoding(digits).WithPadding(base32.NoPadding)

// Buckets is the number of buckets. It can never change: the bucket of a
// contact is part of every key.
const Buckets = 256

// idBytes is the length of a contact id in binary, as the roster holds it.
const idBytes = 8

func contactID(raw []byte) ContactID { return ContactID(alphabet.EncodeToString(raw[:idBytes])) }

// raw returns the eight bytes of the id; ok is false for a malformed one.
func (id ContactID) raw() (b []byte, ok bool) {
	b, err := alphabet.DecodeString(string(id))
	return b, err == nil && len(b) == idBytes
}

// Valid reports whether the id has the shape of a contact id.
func (id ContactID) Valid() bool { _, ok := id.raw(); return ok }

// Bucket returns the bucket of the contact, 0 to 255: the first byte of the id.
func (id ContactID) Bucket() int {
	b, ok := id.raw()
	if !ok {
		return 0
	}
	return int(b[0])
}

// Contact returns the id of a Telegram chat. It depends on the keyset's
// identity key, which is never rotated.
func (k *Keyring) Contact(chatID int64) ContactID {
	return contactID(k.digest("contact", chatID))
}

// tombstone is what stays of a contact's name after an erasure. It comes from
// another domain than the contact id: neither can be made from the other.
func (k *Keyring) tombstone(chatID int64) string {
	return alphabet.EncodeToString(k.digest("tombstone", chatID))
}

// spent marks an update of a life that was erased.
func (k *Keyring) spent(chatID, update int64) []byte {
	return k.digest("update", chatID, update)[:idBytes]
}

// notice names a notice of a contact without telling what it is about.
func (k *Keyring) notice(id ContactID, notice string) string {
	return alphabet.EncodeToString(k.digest("notice\x00" + string(id) + "\x00" + notice))
}

// digest is the one-way function under all names; domain keeps them apart.
func (k *Keyring) digest(domain string, numbers ...int64) []byte {
	in := append(make([]byte, 0, len(domain)+1+8*len(numbers)), domain...)
	in = append(in, 0)
	for _, n := range numbers {
		in = binary.BigEndian.AppendUint64(in, uint64(n))
	}
	out, err := k.identity.ComputePrimaryPRF(in, 16)
	if err != nil { // only for an output longer than the hash
		panic("store: " + strconv.Quote(domain) + " digest: " + err.Error())
	}
	return out
}
