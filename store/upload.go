package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/redis/go-redis/v9"
)

// fieldUpload is part of the associated data of an upload.
const fieldUpload = "upload"

func keyUpload(id string) string { return "upload:" + id }

// uploadLife is how long a spreadsheet waits for a yes. Every change of it
// begins that time anew.
const uploadLife = time.Hour

// maxUpload bounds what an upload may unpack to.
const maxUpload = 64 << 20

// An Upload is a spreadsheet that somebody of the staff has sent and not yet
// confirmed. Only who sent it can read it.
type Upload struct {
	ID   string // unguessable
	By   string // staff id
	Body []byte // what the caller made of the file

	sealed []byte // as it rests
}

// name binds what rests to its id and to who sent it.
func (u Upload) name() ContactID { return ContactID(u.ID + "\x00" + u.By) }

// KeepUpload lets a spreadsheet rest, encrypted, for an hour.
func (s *Store) KeepUpload(ctx context.Context, by string, body []byte) (Upload, error) {
	var raw [16]byte
	rand.Read(raw[:]) // never fails
	u := Upload{ID: alphabet.EncodeToString(raw[:]), By: by, Body: body}
	var err error
	if u.sealed, err = s.sealUpload(u); err != nil {
		return Upload{}, err
	}
	return u, wrap("keep upload", s.client.Set(ctx, keyUpload(u.ID), u.sealed, uploadLife).Err())
}

// Upload reads what KeepUpload wrote; ErrNotFound when its time is over, it was
// used, or somebody else sent it.
func (s *Store) Upload(ctx context.Context, id, by string) (Upload, error) {
	u := Upload{ID: id, By: by}
	var err error
	u.sealed, err = s.client.Get(ctx, keyUpload(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return Upload{}, fmt.Errorf("read upload: %w", ErrNotFound)
	}
	if err != nil {
		return Upload{}, wrap("read upload", err)
	}
	packed, err := s.keys.open(fieldUpload, u.name(), u.sealed)
	if err != nil {
		return Upload{}, fmt.Errorf("read upload: %w", ErrNotFound)
	}
	if n, err := s2.DecodedLen(packed); err != nil || n > maxUpload {
		return Upload{}, fmt.Errorf("read upload: %w", errMalformed)
	}
	if u.Body, err = s2.Decode(nil, packed); err != nil {
		return Upload{}, fmt.Errorf("read upload: %w", errMalformed)
	}
	return u, nil
}

// ChangeUpload puts another body in the place of what was read; ErrConflict
// when it changed meanwhile or is gone.
func (s *Store) ChangeUpload(ctx context.Context, u Upload, body []byte) (Upload, error) {
	anew := Upload{ID: u.ID, By: u.By, Body: body}
	var err error
	if anew.sealed, err = s.sealUpload(anew); err != nil {
		return Upload{}, err
	}
	n, err := s.run(ctx, replaceScript, []string{keyUpload(u.ID)}, u.sealed, anew.sealed, seconds(uploadLife), "").Int()
	if err == nil && n == 0 {
		return Upload{}, fmt.Errorf("change upload: %w", ErrConflict)
	}
	return anew, wrap("change upload", err)
}

// DropUpload forgets an upload.
func (s *Store) DropUpload(ctx context.Context, u Upload) error {
	return wrap("drop upload", s.client.Del(ctx, keyUpload(u.ID)).Err())
}

func (s *Store) sealUpload(u Upload) ([]byte, error) {
	if len(u.Body) > maxUpload {
		return nil, errTooLong
	}
	sealed, err := s.keys.seal(fieldUpload, u.name(), s2.Encode(nil, u.Body))
	if err != nil {
		return nil, fmt.Errorf("seal upload: %w", err)
	}
	return sealed, nil
}
