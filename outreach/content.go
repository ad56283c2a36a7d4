package outreach

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"arraigo/flows"
	"arraigo/store"
)

// MaxCaption is Telegram's limit for the text under a file, in code points; that
// of a text without one is flows.MaxMessage.
const MaxCaption = 1024

// maxMarkup is Telegram's limit for a text with its markup, in bytes.
const maxMarkup = 32768

// Why what staff wrote cannot be sent.
var (
	ErrNoWords = errors.New("there is nothing to send")
	ErrMarkup  = errors.New("there is too much formatting")
)

// A LengthError says by how much a text is too long, in code points.
type LengthError struct{ Length, Limit int }

func (e *LengthError) Error() string {
	return fmt.Sprintf("%d characters, %d more than Telegram takes", e.Length, e.Length-e.Limit)
}

// CheckPiece refuses what Telegram would refuse at every single recipient: a
// *LengthError, ErrNoWords or ErrMarkup. The markup itself is taken as sound.
func CheckPiece(p store.Piece) error {
	length, limit := TextLength(p.HTML), flows.MaxMessage
	if p.Media != "" {
		limit = MaxCaption
	}
	switch {
	case length > limit:
		return &LengthError{length, limit}
	case length == 0 && p.Media == "":
		return ErrNoWords
	case len(p.HTML) > maxMarkup:
		return ErrMarkup
	}
	return nil
}

// TextLength is how many code points of a text in HTML people see.
func TextLength(html string) int {
	length := 0
	for i := 0; i < len(html); {
		switch html[i] {
		case '<':
			for i < len(html) && html[i] != '>' {
				i++
			}
			i++
			continue
		case '&':
			for i < len(html) && html[i] != ';' {
				i++
			}
			i++
		default:
			_, size := utf8.DecodeRuneInString(html[i:])
			i += size
		}
		length++
	}
	return length
}
