package flows

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var email = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(\.[\pL\pN-]+)+`)

// plainNumber is what people write of money and days: a round sum below ten
// million pesos, a date. One document number in a thousand looks like the first.
var plainNumber = regexp.MustCompile(`^(\d{1,4}|\d{1,3}\.\d{3}|\d\.\d{3})\.?000$|^\d{1,2}[/-]\d{1,2}[/-](\d{2}|(19|20)\d{2})$|^(19|20)\d{2}-\d{2}-\d{2}$`)

// looksPersonal reports whether typed text holds what looks like a document
// number, a phone or an e-mail: six digits or more with nothing but dots,
// blanks, dashes or brackets between them, or an address with @.
func looksPersonal(s string) bool { return mask(s) != s }

// Masked is a text without what looks like a document number, a phone or an
// e-mail.
func Masked(text string) string { return mask(text) }

// mask hides document numbers, phones and e-mails in free text before it is
// stored (data-protection requirement DP-07).
func mask(s string) string {
	s = email.ReplaceAllString(s, "•••")
	var out strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); {
		if !unicode.IsDigit(runes[i]) {
			out.WriteRune(runes[i])
			i++
			continue
		}
		digits, end := 0, i
		for j := i; j < len(runes) && j < end+3; j++ {
			if unicode.IsDigit(runes[j]) {
				digits++
				end = j + 1
			} else if !strings.ContainsRune(" .-()/", runes[j]) {
				break
			}
		}
		run := string(runes[i:end])
		if digits >= 6 && !plainNumber.MatchString(run) {
			out.WriteString("•••")
		} else {
			out.WriteString(run)
		}
		i = end
	}
	return out.String()
}

// degrees rounds a coordinate to about 10 km: lists of people must not lead to
// their doors.
func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
