package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// parse reads a command line as run does, with the file as its configuration.
func parse(t *testing.T, file string, args ...string) (*commands, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "arraigo.yaml")
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	parser, err := newParser(context.Background(), &console{out: &out, err: &out}, func(int) { t.Error("the parser wanted to leave") })
	if err != nil {
		t.Fatal(err)
	}
	all := parser.Model.Target.Addr().Interface().(*commands)
	_, err = parser.Parse(append(args, "--config", name))
	return all, err
}

// commented is an option in the example that is off; words before a colon in
// its prose never stand at the beginning of a line.
var commented = regexp.MustCompile(`(?m)^# ([a-z_]+):`)

// TestConfigExample compares the example with the real options: each is there,
// explained, with its variable and its real default, and nothing else is.
func TestConfigExample(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root, "config.example.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	whole := commented.ReplaceAllString(string(raw), "$1:")
	if _, err := parse(t, string(raw), "serve"); err != nil {
		t.Errorf("the example as it is: %v", err)
	}
	got, err := parse(t, whole, "serve")
	if err != nil {
		t.Fatalf("the example with every option: %v", err)
	}
	if err := got.Serve.telegramOptions.validateAlone(); err != nil {
		t.Errorf("the example's values: %v", err)
	}

	parser, err := newParser(context.Background(), &console{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := configKeys(parser.Model)
	resolver, err := readConfig(strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	values := resolver.(*config).values
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(values))); diff != "" {
		t.Errorf("options and example (-options +example):\n%s", diff)
	}
	err = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		flag, ok := node.(*kong.Flag)
		if !ok || !want[configKey(flag)] {
			return next(nil)
		}
		for _, env := range flag.Envs {
			if !strings.Contains(string(raw), env) {
				t.Errorf("the example does not name %s", env)
			}
			if env != "ARRAIGO_"+strings.ToUpper(configKey(flag)) {
				t.Errorf("%s belongs to the option %s", env, configKey(flag))
			}
		}
		if flag.HasDefault && values[configKey(flag)].text != flag.Default {
			t.Errorf("%s: the example says %q, the default is %q", configKey(flag), values[configKey(flag)].text, flag.Default)
		}
		return next(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (o telegramOptions) validateAlone() error {
	var f faults
	o.validate(&f)
	return f.err()
}

// A flag wins over the environment, the environment over the file.
func TestConfigPrecedence(t *testing.T) {
	file := "listen: 1.1.1.1:1\nentity: File\ncontact: file\nadmins: [12, 34]\nrate: 7\n"
	t.Setenv("ARRAIGO_CONTACT", "environment")
	t.Setenv("ARRAIGO_LISTEN", "2.2.2.2:2")
	got, err := parse(t, file, "serve", "--listen", "3.3.3.3:3")
	if err != nil {
		t.Fatal(err)
	}
	have := []any{got.Serve.Listen, got.Serve.Entity, got.Serve.Contact, got.Serve.Admins, got.Serve.Rate, got.Serve.Timezone}
	want := []any{"3.3.3.3:3", "File", "environment", "12,34", 7, "America/Bogota"}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestConfigMistakes(t *testing.T) {
	for _, tc := range []struct{ name, file, want string }{
		{"misspelt", "entity: x\nlisen: y\n", ":2:1: there is no option lisen: did you mean listen?"},
		{"unknown", "colour: red\n", ":1:1: there is no option colour: config.example.yaml lists the options"},
		{"itself", "config: other.yaml\n", "there is no option config"},
		{"nested", "listen:\n  port: 1\n", ":1:1: listen wants one value"},
		{"list of lists", "admins: [[1]]\n", ":1:1: admins wants one value"},
		{"twice", "entity: a\nentity: b\n", "entity"},
		{"no mapping", "- a\n", "want lines such as"},
		{"broken", "listen: [\n", "not readable as YAML"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := parse(t, tc.file, "serve")
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
	for _, empty := range []string{"", "# only words\n", "entity:\n"} {
		if _, err := parse(t, empty, "serve"); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

// Every mistake is told at once, in a line that says what to write; none of
// them quotes a secret.
func TestSettingsMistakes(t *testing.T) {
	good := func() *serveCommand {
		got, err := parse(t, "telegram_token: 1:abc\n", "serve")
		if err != nil {
			t.Fatal(err)
		}
		return &got.Serve
	}
	if err := good().validate(); err != nil {
		t.Fatalf("nothing is wrong: %v", err)
	}
	for name, spoil := range map[string]func(*serveCommand){
		"ARRAIGO_TELEGRAM_TOKEN is not set":             func(c *serveCommand) { c.TelegramToken = "" },
		"ARRAIGO_TELEGRAM_TOKEN does not look":          func(c *serveCommand) { c.TelegramToken = "hunter2 hunter2" },
		"ARRAIGO_TELEGRAM_API is not":                   func(c *serveCommand) { c.TelegramAPI = "api.telegram.org" },
		"ARRAIGO_WEBHOOK_URL is not":                    func(c *serveCommand) { c.WebhookURL = "ftp://x" },
		"ARRAIGO_WEBHOOK_SECRET may have":               func(c *serveCommand) { c.WebhookSecret = "hunter2 !" },
		"ARRAIGO_RATE must be":                          func(c *serveCommand) { c.Rate = 0 },
		"ARRAIGO_LISTEN is not":                         func(c *serveCommand) { c.Listen = "8080" },
		"ARRAIGO_PUBLIC_URL is not":                     func(c *serveCommand) { c.PublicURL = "bot" },
		"ARRAIGO_REDIS_URL cannot be used":              func(c *serveCommand) { c.RedisURL = "http://:hunter2@x" },
		"ARRAIGO_DATA_DIR is not set":                   func(c *serveCommand) { c.DataDir = "" },
		"ARRAIGO_TIMEZONE is not known":                 func(c *serveCommand) { c.Timezone = "Bogotá" },
		"ARRAIGO_POLICY_VERSION must":                   func(c *serveCommand) { c.PolicyVersion = 0 },
		"ARRAIGO_POLICY_DATE is not":                    func(c *serveCommand) { c.PolicyDate = "22.11.2026" },
		"ARRAIGO_ADMINS must be":                        func(c *serveCommand) { c.Admins = "@ana" },
		"ARRAIGO_SAFEGUARDING must be":                  func(c *serveCommand) { c.Safeguarding = "1;2" },
		"ARRAIGO_APPROVAL_ABOVE must be":                func(c *serveCommand) { c.ApprovalAbove = 0 },
		"ARRAIGO_STAFF_GROUP is not":                    func(c *serveCommand) { c.StaffGroup = "123" },
		"ARRAIGO_PROGRAMME_DIR is not a folder":         func(c *serveCommand) { c.ProgrammeDir = "/nowhere" },
		"ARRAIGO_PROGRAMME_DIR has none of the folders": func(c *serveCommand) { c.ProgrammeDir = "testdata" },
	} {
		c := good()
		spoil(c)
		err := c.validate()
		if err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("error %v, want one that begins %q", err, name)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a secret is quoted: %v", err)
		}
	}
	bad := good()
	bad.TelegramToken, bad.Rate, bad.Listen = "", 0, ""
	if err := bad.validate(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three mistakes are told as %v", err)
	}
}

// The secret follows from the token, so that replicas agree, and hides it.
func TestWebhookSecret(t *testing.T) {
	a, same, other := telegramOptions{TelegramToken: "1:abc"}, telegramOptions{TelegramToken: "1:abc"}, telegramOptions{TelegramToken: "1:abd"}
	if a.secret() != same.secret() || a.secret() == other.secret() || !secretForm.MatchString(a.secret()) {
		t.Errorf("secrets %q and %q", a.secret(), other.secret())
	}
	a.WebhookSecret = "own"
	if a.secret() != "own" {
		t.Errorf("the operator's secret is not used: %q", a.secret())
	}
}
