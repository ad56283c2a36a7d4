package store

import "encoding/binary"

// Fields that are sealed; part of the associated data, so that a sealed value
// cannot be moved to another contact or another use.
const (
	fieldRecord   = "record"
	fieldOwed     = "owed"
	fieldNotice   = "notice"
	fieldGrade    = "grade"
	fieldRelay    = "relay"
	fieldTicket   = "ticket"
	fieldNote     = "note"
	fieldRequest  = "request"
	fieldTalk     = "talk"
	fieldEnclosed = "enclosed"
	fieldReport   = "report"

	fieldOutreach = "outreach"
	fieldStaff    = "staff"
	fieldDraft    = "draft"
	fieldWhy      = "why"
)

func (k *Keyring) seal(field string, id ContactID, plain []byte) ([]byte, error) {
	return k.records.Encrypt(plain, associated(field, id))
}

// open fails with ErrSealed; the reason underneath says nothing more.
func (k *Keyring) open(field string, id ContactID, sealed []byte) ([]byte, error) {
	plain, err := k.records.Decrypt(sealed, associated(field, id))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func associated(field string, id ContactID) []byte {
	return append(append(make([]byte, 0, 32), id...), field...)
}

// tinkPrefix is what Tink puts before a ciphertext: a version byte and the
// number of the key.
const tinkPrefix = 5

// current reports whether a sealed value is of the newest key.
func (k *Keyring) current(sealed []byte) bool {
	return len(sealed) > tinkPrefix && sealed[0] == 1 && binary.BigEndian.Uint32(sealed[1:tinkPrefix]) == k.primary
}
