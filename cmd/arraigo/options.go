package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"arraigo/bot"
	"arraigo/flows"
	"arraigo/store"
)

// fileOption is the configuration file. Its keys are the options of all
// commands, so that one file serves them all.
type fileOption struct {
	Config kong.ConfigFlag `help:"YAML file with options; config.example.yaml explains each." env:"ARRAIGO_CONFIG" placeholder:"FILE" group:"Options"`
}

// contentOptions say where the content comes from.
type contentOptions struct {
	ProgrammeDir string `help:"Folder with your own flows/, locales/ and programme/: each file there takes the place of the built-in one of the same name." env:"ARRAIGO_PROGRAMME_DIR" placeholder:"DIR" group:"Content"`
}

// telegramOptions say how to reach Telegram and how it reaches us.
type telegramOptions struct {
	TelegramToken string `help:"Token of the bot, from @BotFather." env:"ARRAIGO_TELEGRAM_TOKEN" placeholder:"TOKEN" group:"Telegram"`
	TelegramAPI   string `name:"telegram-api" help:"Base URL of the Bot API server." env:"ARRAIGO_TELEGRAM_API" default:"https://api.telegram.org" group:"Telegram"`
	WebhookURL    string `help:"Where Telegram delivers updates; without a path, /telegram is added. Empty: the bot asks for them (polling)." env:"ARRAIGO_WEBHOOK_URL" placeholder:"URL" group:"Telegram"`
	WebhookSecret string `help:"What Telegram shows with each delivery: 1 to 256 letters, digits, _ or -. Empty: made from the token." env:"ARRAIGO_WEBHOOK_SECRET" placeholder:"SECRET" group:"Telegram"`
	Rate          int    `help:"Unasked messages (announcements, alerts, reminders) a second, all replicas together. Telegram allows 30 without payment." env:"ARRAIGO_RATE" default:"30" group:"Telegram"`
}

// botOptions say which bot it is, for a command that can do without.
type botOptions struct {
	TelegramToken string `help:"Token of the bot, so that a link can name it." env:"ARRAIGO_TELEGRAM_TOKEN" placeholder:"TOKEN" group:"Telegram"`
	TelegramAPI   string `name:"telegram-api" help:"Base URL of the Bot API server." env:"ARRAIGO_TELEGRAM_API" default:"https://api.telegram.org" group:"Telegram"`
}

// webOptions say where the program listens.
type webOptions struct {
	Listen    string `help:"Address for the webhook (/telegram), the console of the team (/console/), /healthz, /readyz and /metrics." env:"ARRAIGO_LISTEN" default:"127.0.0.1:8080" group:"Web"`
	PublicURL string `help:"Address under which the team reaches this server, for links to the console. Empty: the console answers this computer only." env:"ARRAIGO_PUBLIC_URL" placeholder:"URL" group:"Web"`
}

// storeOptions say where data rests.
type storeOptions struct {
	RedisURL string `name:"redis-url" help:"Redis 7.0 or newer: redis://, rediss:// or unix://; several addresses for Sentinel or Cluster. Empty: a redis-server of our own in the data folder." env:"ARRAIGO_REDIS_URL" placeholder:"URL" group:"Data"`
	DataDir  string `help:"Folder of this process: keys, Redis data, name of this replica." env:"ARRAIGO_DATA_DIR" default:"data" group:"Data"`
	Keyset   string `help:"File with the keys that encrypt people's data. Empty: keyset.json in the data folder, made at the first start." env:"ARRAIGO_KEYSET" placeholder:"FILE" group:"Data"`
	Timezone string `help:"Where the day begins and quiet hours count." env:"ARRAIGO_TIMEZONE" default:"America/Bogota" group:"Data"`
}

// policyOptions name who answers for people's data.
type policyOptions struct {
	Entity        string `help:"Who answers for people's data, as the consent text names it." env:"ARRAIGO_ENTITY" placeholder:"NAME" group:"Policy"`
	Contact       string `help:"Where people ask about their data: an e-mail, a telephone or a page." env:"ARRAIGO_CONTACT" placeholder:"CONTACT" group:"Policy"`
	PolicyVersion int    `help:"Version of the consent text. Raise it after changing the text: everybody is asked again." env:"ARRAIGO_POLICY_VERSION" default:"1" group:"Policy"`
	PolicyDate    string `help:"Day on which the consent text took effect." env:"ARRAIGO_POLICY_DATE" default:"2026-11-22" group:"Policy"`
}

// staffOptions say who attends people.
type staffOptions struct {
	Admins        string `help:"Telegram ids of the people who administer the bot, separated by commas." env:"ARRAIGO_ADMINS" placeholder:"ID,…" group:"Team"`
	StaffGroup    string `help:"Id of the Telegram group in which the team answers people; an administrator who writes /grupo there is told it. Empty: what people write to the team waits." env:"ARRAIGO_STAFF_GROUP" placeholder:"ID" group:"Team"`
	Safeguarding  string `help:"Telegram ids of the few who may read reports of wrong-doing, separated by commas. Empty: the administrators." env:"ARRAIGO_SAFEGUARDING" placeholder:"ID,…" group:"Team"`
	ApprovalAbove int    `help:"An announcement to more people than these needs the approval of a second person." env:"ARRAIGO_APPROVAL_ABOVE" default:"200" group:"Team"`
}

// apply sets the team of a bot. The options are valid.
func (o staffOptions) apply(c *bot.Config) {
	c.StaffGroup, _ = strconv.ParseInt(strings.TrimSpace(o.StaffGroup), 10, 64)
	c.Admins, c.Safeguarding = ids(o.Admins), ids(o.Safeguarding)
	c.ApprovalAbove = o.ApprovalAbove
}

// ids reads a valid list of Telegram ids.
func ids(list string) []int64 {
	var out []int64
	for _, part := range strings.Split(list, ",") {
		if id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// What the consent text says while nobody filled in who answers for the data.
const (
	someEntity  = "La organización que le invitó a usar este bot"
	someContact = "hable con la persona que le dio este contacto"
)

// policy is what the consent text names. The options are valid.
func (o policyOptions) policy(zone *time.Location) flows.Policy {
	day, err := time.ParseInLocation(time.DateOnly, o.PolicyDate, zone)
	if err != nil {
		panic("cmd: the policy date was not validated: " + err.Error())
	}
	p := flows.Policy{Version: o.PolicyVersion, Entity: o.Entity, Contact: o.Contact, Dated: day.Unix()}
	if p.Entity == "" {
		p.Entity = someEntity
	}
	if p.Contact == "" {
		p.Contact = someContact
	}
	return p
}

// A settingsError says which settings are missing or wrong, one line each, with
// what to write instead. It never quotes a token or a password.
type settingsError struct{ lines []string }

func (e *settingsError) Error() string { return strings.Join(e.lines, "\n") }

// faults collects what is wrong with the settings.
type faults struct{ lines []string }

func (f *faults) add(format string, args ...any) {
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}

func (f *faults) err() error {
	if len(f.lines) == 0 {
		return nil
	}
	return &settingsError{f.lines}
}

// badSetting is a settingsError of one line.
func badSetting(format string, args ...any) error {
	return &settingsError{[]string{fmt.Sprintf(format, args...)}}
}

var (
	tokenForm  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	idsForm    = regexp.MustCompile(`^\s*[1-9][0-9]{0,15}\s*(,\s*[1-9][0-9]{0,15}\s*)*$`)
	groupForm  = regexp.MustCompile(`^\s*-[1-9][0-9]{0,15}\s*$`)
)

func (o telegramOptions) validate(f *faults) {
	switch {
	case o.TelegramToken == "":
		f.add("ARRAIGO_TELEGRAM_TOKEN is not set: give the token that @BotFather sent you, such as ARRAIGO_TELEGRAM_TOKEN=123456789:AAExampleOfAToken")
	case !tokenForm.MatchString(o.TelegramToken):
		f.add("ARRAIGO_TELEGRAM_TOKEN does not look like a token: copy all of it from @BotFather, such as 123456789:AAExampleOfAToken")
	}
	if !webAddress(o.TelegramAPI) {
		f.add("ARRAIGO_TELEGRAM_API is not the address of a server: write for example https://api.telegram.org")
	}
	if o.WebhookURL != "" && !webAddress(o.WebhookURL) {
		f.add("ARRAIGO_WEBHOOK_URL is not an address: write for example https://bot.example.org/telegram, or leave it empty to poll")
	}
	if o.WebhookSecret != "" && !secretForm.MatchString(o.WebhookSecret) {
		f.add("ARRAIGO_WEBHOOK_SECRET may have 1 to 256 letters, digits, _ or -: write another one, or leave it empty and one is made")
	}
	if o.Rate < 1 || o.Rate > maxRate {
		f.add("ARRAIGO_RATE must be between 1 and 1000 messages a second: Telegram allows 30 unless you pay for more")
	}
}

func webAddress(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

func (o webOptions) validate(f *faults) {
	if _, port, err := net.SplitHostPort(o.Listen); err != nil || port == "" {
		f.add("ARRAIGO_LISTEN is not an address: write host:port, such as 127.0.0.1:8080, or :8080 for all networks")
	}
	if o.PublicURL != "" && !webAddress(o.PublicURL) {
		f.add("ARRAIGO_PUBLIC_URL is not an address: write for example https://bot.example.org")
	}
}

func (o storeOptions) validate(f *faults) {
	if o.RedisURL != "" {
		if _, err := store.Options(o.RedisURL); err != nil {
			f.add("ARRAIGO_REDIS_URL cannot be used: %v", err)
		}
	}
	if o.DataDir == "" {
		f.add("ARRAIGO_DATA_DIR is not set: give a folder that only this program uses, such as /var/lib/arraigo")
	}
	if _, err := o.location(); err != nil {
		f.add("ARRAIGO_TIMEZONE is not known here: write a name of the IANA list, such as America/Bogota")
	}
}

// location is the time zone. Colombia's needs no zone files on the machine: it
// has had no daylight saving since 1993.
func (o storeOptions) location() (*time.Location, error) {
	if o.Timezone == "America/Bogota" {
		return time.FixedZone(o.Timezone, -5*60*60), nil
	}
	return time.LoadLocation(o.Timezone)
}

func (o policyOptions) validate(f *faults) {
	if o.PolicyVersion < 1 {
		f.add("ARRAIGO_POLICY_VERSION must be 1 or more")
	}
	if _, err := time.Parse(time.DateOnly, o.PolicyDate); err != nil {
		f.add("ARRAIGO_POLICY_DATE is not a day: write it as 2026-11-22")
	}
}

func (o staffOptions) validate(f *faults) {
	for _, list := range []struct{ name, value string }{{"ARRAIGO_ADMINS", o.Admins}, {"ARRAIGO_SAFEGUARDING", o.Safeguarding}} {
		if list.value != "" && !idsForm.MatchString(list.value) {
			f.add("%s must be Telegram ids separated by commas, such as 123456789,987654321: @userinfobot tells yours", list.name)
		}
	}
	if o.ApprovalAbove < 1 {
		f.add("ARRAIGO_APPROVAL_ABOVE must be 1 or more: that many people may be written to without a second person")
	}
	if o.StaffGroup != "" && !groupForm.MatchString(o.StaffGroup) {
		f.add("ARRAIGO_STAFF_GROUP is not the id of a group, which is a negative number such as -1001234567890: add the bot to the group, and write /grupo there as one of ARRAIGO_ADMINS")
	}
}

func (o contentOptions) validate(f *faults) {
	if o.ProgrammeDir == "" {
		return
	}
	info, err := os.Stat(o.ProgrammeDir)
	if err != nil || !info.IsDir() {
		f.add("ARRAIGO_PROGRAMME_DIR is not a folder that can be read: %s", o.ProgrammeDir)
		return
	}
	if !anyContent(o.ProgrammeDir) {
		f.add("ARRAIGO_PROGRAMME_DIR has none of the folders flows, locales and programme: %s", o.ProgrammeDir)
	}
}
