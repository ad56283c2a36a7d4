package programme

import (
	"regexp"
	"strings"
)

// contactShapes finds ways to reach somebody privately: e-mail addresses, links
// to chats, user names, Colombian and Venezuelan phone numbers, numbers with a
// country code and numbers announced as a phone. Sums of money and dates stay.
var contactShapes = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`[\w.+-]+@[\w-]+(\.[\w-]+)+`,
	`(https?://)?(www\.)?(wa\.me|t\.me|api\.whatsapp\.com|chat\.whatsapp\.com|m\.me)/\S*`,
	`\B@\w{3,}`,
	`\+\s?\d[\d .()-]{6,}\d`,
	`\b(57[ .-]?)?\(?(3\d{2}|60\d)\)?([ .-]?\d){7}\b`,
	`\b(58[ .-]?)?\(?(0?4(1[246]|2[246])|02\d{2})\)?[ .-]?\d{3}([ .-]?\d){4}\b`,
	`\b(tel[eé]?f?o?n?o?|celular|cel|whats?\s?app|wsp|ll[aá]m\w*|m[oó]vil)\b\W{0,3}(al?|es|no|n[uú]mero)?\W{0,3}\d[\d .()-]{4,}\d`,
}, "|"))

func hasContacts(text string) bool { return contactShapes.MatchString(text) }

// withoutContacts takes private contacts out of a text.
func withoutContacts(text string) string {
	if !hasContacts(text) {
		return text
	}
	return strings.TrimSpace(contactShapes.ReplaceAllString(text, "…"))
}
