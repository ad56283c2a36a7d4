package bot

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/locales"
)

type shownCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

type shownCommands struct {
	Commands []shownCommand `json:"commands"`
	Menu     struct {
		Type string `json:"type"`
	} `json:"menu_button"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Short       string `json:"short_description"`
}

func (w *world) seenBy(id int64) (out shownCommands) {
	w.t.Helper()
	resp, err := http.Get(w.api.URL + "/emulator/chats/" + itoa(id) + "/commands")
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func itoa(n int64) string { b, _ := json.Marshal(n); return string(b) }

func TestTheBotPresentsItselfInTheLanguageOfThePhone(t *testing.T) {
	w := newWorld(t)
	w.run("a", nil)
	catalog := shipped(t).Catalog
	for code, lang := range map[string]string{"es": "es", "en": "en", "ru": "es", "": "es"} {
		id := w.tg.AddUser(emulator.User{FirstName: "X", LanguageCode: code})
		if _, err := w.tg.Start(id, ""); err != nil {
			t.Fatal(err)
		}
		want := catalog.Text(lang, "command.help.name", nil)
		eventually(t, "the commands are set for "+code, func() bool {
			for _, c := range w.seenBy(id).Commands {
				if c.Command == want {
					return true
				}
			}
			return false
		})
		eventually(t, "the texts are set for "+code, func() bool {
			got := w.seenBy(id)
			return got.Description == catalog.Text(lang, "bot.about_bot", nil) && got.Short == catalog.Text(lang, "bot.short_about", nil) &&
				got.Menu.Type == "commands" && got.Name == catalog.Text(locales.Spanish, "bot.name", nil)
		})
	}
}

// When the team publishes another name for a command, Telegram's menu has it soon
// after.
func TestTheMenuFollowsWhatIsPublished(t *testing.T) {
	w := newWorld(t)
	var set atomic.Pointer[flows.Set]
	set.Store(shipped(t))
	w.run("a", func(c *Config) { c.Set, c.Timing.Offer = set.Load, 20*time.Millisecond })
	id := w.tg.AddUser(emulator.User{FirstName: "X", LanguageCode: "es"})
	if _, err := w.tg.Start(id, ""); err != nil {
		t.Fatal(err)
	}
	has := func(command string) bool {
		return slices.ContainsFunc(w.seenBy(id).Commands, func(c shownCommand) bool { return c.Command == command })
	}
	before := shipped(t).Catalog.Text("es", "command.help.name", nil)
	eventually(t, "the command of the files", func() bool { return has(before) })
	next, left := shipped(t).Publish([]flows.Edit{{Text: &locales.Change{Lang: "es", Key: "command.help.name", Forms: map[string]string{"other": "socorro"}}}}, shipped(t).Today(time.Now()))
	if len(left) > 0 {
		t.Fatal(left)
	}
	set.Store(next)
	eventually(t, "the command that was published", func() bool { return has("socorro") && !has(before) })
}

// What Telegram demands of each command.
func TestCommandsOfEveryLanguageAreValid(t *testing.T) {
	w := newWorld(t)
	r := w.bot("a", nil)
	listed := 0
	for _, trigger := range shipped(t).Triggers() {
		if trigger.Listed {
			listed++
		}
	}
	for _, l := range shipped(t).Catalog.Languages() {
		commands := r.commands(l.Tag)
		if len(commands) != listed || listed == 0 {
			t.Errorf("%s: %d commands of %d", l.Tag, len(commands), listed)
		}
		for _, c := range commands {
			if !commandName.MatchString(c.Command) || c.Description == "" || len([]rune(c.Description)) > 256 {
				t.Errorf("%s: /%s %q", l.Tag, c.Command, c.Description)
			}
		}
	}
}

// A server that is not there yet is waited for; texts it refuses do not matter.
func TestTheBotWaitsForTheServer(t *testing.T) {
	w := newWorld(t)
	w.tg.SetFaults(emulator.Faults{P5xx: 1, HTML5xx: true, Methods: []string{"getMe"}})
	r := w.bot("a", nil)
	w.begin(r)
	eventually(t, "it was tried more than once", func() bool { return strings.Count(w.logs.String(), "getMe") > 1 })
	if r.Ready() {
		t.Error("ready without a server")
	}
	w.tg.SetFaults(emulator.Faults{P5xx: 1, Methods: []string{"setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription", "setChatMenuButton"}})
	p := w.person()
	p.waits(0, "idioma")
}

func TestAWebhookThatTelegramRefusesIsExplained(t *testing.T) {
	w := newWorldWith(t, emulator.Config{Seed: 7}, newWorld(t).url)
	r := w.bot("a", func(c *Config) { c.WebhookURL, c.Secret = "http://example.org/telegram", testSecret })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := r.Run(ctx); err == nil || !strings.Contains(err.Error(), "webhook") {
		t.Errorf("error %v", err)
	}
}
