package store

import (
	"encoding/json"

	"github.com/fxamacker/cbor/v2"
)

// What is sealed is CBOR under the names that the types have for JSON: encoding
// and decoding JSON was a tenth of a turn. JSON of earlier versions is still
// read. A text that is not UTF-8 must not make a record unreadable.
var (
	encoding, _ = cbor.EncOptions{}.EncMode()
	decoding, _ = cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid}.DecMode()
)

func encode(v any) ([]byte, error) { return encoding.Marshal(v) }

// decode reads the text of a format.
func decode(format byte, text []byte, v any) error {
	if format == formatCBOR {
		return decoding.Unmarshal(text, v)
	}
	return json.Unmarshal(text, v)
}
