package store

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/s2"

	"arraigo/crew"
)

// Formats of a packed text. The dictionary is part of them: it must never
// change. A better one becomes another dictionary under new format bytes, and
// the old ones stay for reading.
const (
	formatFlate1 = 1 // JSON, deflate with dictionary 1; read only
	formatS2     = 2 // JSON, S2 block with dictionary 1; read only
	formatCBOR   = 3 // CBOR, S2 block with dictionary 2

	formatJSON = '{' // how JSON without a format byte begins, in the outbox; read only
)

var (
	//go:embed dictionary1.txt
	dictionary1 []byte
	//go:embed dictionary2.bin
	dictionary2 []byte
)

// S2 packs a screened session in 2 µs. Deflate made it a fifth shorter and cost
// 30 µs, a tenth of a whole turn.
var (
	s2dictionary1 = s2.MakeDictManual(dictionary1, 0)
	s2dictionary2 = s2.MakeDictManual(dictionary2, 0)
)

// maxContents bounds what one record may unpack to.
const maxContents = 1 << 20

var unpackers = sync.Pool{New: func() any { return flate.NewReaderDict(bytes.NewReader(nil), dictionary1) }}

// pack appends the packed text, of format formatCBOR, to out.
func pack(out, text []byte) []byte {
	n := len(out)
	out = append(out, make([]byte, s2.MaxEncodedLen(len(text)))...)
	length, done := 0, make(chan struct{})
	packers.Go(func() {
		length = len(s2dictionary2.Encode(out[n:], text))
		close(done)
	})
	<-done
	return out[:n+length]
}

// S2 has a table of 64 KB on its stack, far more than the rest of a turn needs:
// a few goroutines have it for all turns.
var packers = crew.New()

var errTooLong = errors.New("too long")

// unpack is the text of a packed one.
func unpack(format byte, packed []byte) ([]byte, error) {
	switch format {
	case formatCBOR:
		return unpackS2(s2dictionary2, packed)
	case formatS2:
		return unpackS2(s2dictionary1, packed)
	case formatFlate1:
		return inflate(packed)
	}
	return nil, errMalformed
}

func unpackS2(d *s2.Dict, packed []byte) ([]byte, error) {
	if n, err := s2.DecodedLen(packed); err != nil || n > maxContents {
		return nil, errors.Join(err, errTooLong)
	}
	return d.Decode(nil, packed)
}

func inflate(packed []byte) ([]byte, error) {
	r := unpackers.Get().(io.ReadCloser)
	defer unpackers.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(packed), dictionary1); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxContents+1))
	if err == nil && len(text) > maxContents {
		err = errTooLong
	}
	return text, err
}
