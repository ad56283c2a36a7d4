package bot

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Whoever did not just write hears from us through the sender only, whose ledger
// says what became of it. Each file that writes to a chat by itself is here with
// its reason.
func TestOnlyTheSenderWritesToPeopleWhoDidNotWrite(t *testing.T) {
	allowed := map[string]string{
		"transport.go":  "is the sender's",
		"staff.go":      "writes to the team",
		"mirror.go":     "writes to the staff group",
		"reply.go":      "carries what somebody of the team says in a talk",
		"relay.go":      "carries what somebody of the team says in a talk",
		"chart.go":      "shows somebody of the team a chart, in their own chat",
		"staffpages.go": "hands Telegram a file of somebody of the team, in their own chat",
		"group.go":      "answers who called the bot in a group",
	}
	call := regexp.MustCompile(`"(send(Message|Document|Photo|Voice|Video)|copyMessage|forwardMessage)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") && call.Match(source) {
			found = append(found, name)
			if allowed[name] == "" {
				t.Errorf("%s writes to chats by itself: make it an outreach", name)
			}
		}
	}
	for name := range allowed {
		if !slices.Contains(found, name) {
			t.Errorf("%s does not write to chats any more: take it off the list", name)
		}
	}
}
