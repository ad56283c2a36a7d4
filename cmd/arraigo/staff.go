package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"arraigo/bot"
	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// staffCommand looks after who works with Arraigo. The console does the same; this
// is for the first ones, and for when nobody can sign in.
type staffCommand struct {
	Add    staffAddCommand    `cmd:"" help:"Invite somebody to the team: prints a link for one use, within 7 days."`
	List   staffListCommand   `cmd:"" help:"List the team."`
	Role   staffRoleCommand   `cmd:"" help:"Give somebody another role."`
	Remove staffRemoveCommand `cmd:"" help:"Take somebody out of the team: invitation, logins and sessions end at once."`
}

// What the audit log calls these acts; the console uses the same words.
const (
	actInvite      = "invite-staff"
	actChangeStaff = "change-staff"
	actRemoveStaff = "remove-staff"
)

type staffAddCommand struct {
	Name    string   `arg:"" help:"What the team calls them."`
	Role    string   `enum:"viewer,officer,coordinator,admin,auditor" required:"" placeholder:"ROLE" help:"viewer looks; officer works with people and offers; coordinator also approves, exports and erases; admin may do all; auditor sees who did what, and no person."`
	Line    []string `placeholder:"LINE" help:"Bound to a line of support: emprendimiento, inclusion_laboral or integracion_comunitaria. May be given again."`
	Town    []string `placeholder:"TOWN" sep:"none" help:"Bound to a municipality, by name or code. May be given again."`
	Reports bool     `help:"May read reports of wrong-doing."`
	fileOption
	botOptions
	storeOptions
	contentOptions
}

// Run invites, and prints what the invited person is to open.
func (c *staffAddCommand) Run(ctx context.Context, term *console) error {
	var f faults
	c.contentOptions.validate(&f)
	c.storeOptions.validate(&f)
	if err := f.err(); err != nil {
		return err
	}
	lines, towns, err := c.scope()
	if err != nil {
		return err
	}
	return c.withTeam(ctx, term, func(s *store.Store) error {
		now := time.Now()
		m, code, err := s.InviteStaff(ctx, store.Staff{Name: c.Name, Role: store.Role(c.Role), Reports: c.Reports, Lines: lines, Towns: towns}, now)
		if errors.Is(err, store.ErrStaff) {
			return badSetting("%v", err)
		}
		if err != nil {
			return err
		}
		if err := note(ctx, s, actInvite, m.ID, now); err != nil {
			return errors.Join(err, s.RemoveStaff(ctx, m.ID, now)) // what is not noted does not happen
		}
		term.printf("%s is invited as %s. For one use, until %s:\n", m.ID, m.Role, now.AddDate(0, 0, 7).Format("2006-01-02 15:04"))
		if name := c.botName(ctx, term); name != "" {
			term.printf("https://t.me/%s?start=%s\n", name, bot.InvitationStart(code))
		} else {
			term.printf("They write this to the bot:\n/start %s\n", bot.InvitationStart(code))
		}
		return nil
	})
}

// scope reads the lines and municipalities that the person is bound to.
func (c *staffAddCommand) scope() (lines, towns []string, err error) {
	read, err := readContent(c.ProgrammeDir, examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		return nil, nil, err
	}
	if read.data == nil {
		return nil, nil, errors.New("the programme data cannot be read: arraigo check says why")
	}
	known := make([]string, 0, 3)
	for _, l := range programme.Lines() {
		known = append(known, string(l))
	}
	for _, l := range c.Line {
		if !slices.Contains(known, l) {
			return nil, nil, badSetting("--line %s: there is no such line; write %s", l, strings.Join(known, ", "))
		}
		lines = append(lines, l)
	}
	for _, t := range c.Town {
		m, ok := read.data.Municipalities.ByCode(t)
		if !ok {
			match := read.data.Municipalities.Match(t)
			if match.Kind != programme.MatchExact {
				return nil, nil, badSetting("--town %s: which one is not clear%s; write its code of five digits", t, candidates(match))
			}
			m = match.Candidates[0]
		}
		towns = append(towns, m.Code)
	}
	return lines, towns, nil
}

// candidates lists what a name may mean.
func candidates(match programme.MunicipalityMatch) string {
	var names []string
	for _, m := range match.Candidates {
		names = append(names, m.Code+" "+m.Label())
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, "; ") + ")"
}

// botName asks Telegram what the bot is called; "" when nobody can say.
func (o botOptions) botName(ctx context.Context, term *console) string {
	if o.TelegramToken == "" {
		return ""
	}
	name, err := bot.Name(ctx, o.TelegramAPI, o.TelegramToken)
	if err != nil {
		term.warnf("the name of the bot is not known: %v", err)
	}
	return name
}

type staffListCommand struct {
	fileOption
	storeOptions
}

// Run lists names and roles; chat ids are nobody's business.
func (c *staffListCommand) Run(ctx context.Context, term *console) error {
	return c.withTeam(ctx, term, func(s *store.Store) error {
		all, err := s.AllStaff(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			term.printf("Nobody is of the team yet: arraigo staff add --role admin NAME\n")
			return nil
		}
		w := tabwriter.NewWriter(term.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tROLE\tNAME\tSCOPE\tSTATE")
		for _, m := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", m.ID, roleOf(m), m.Name, scopeOf(m), stateOf(m))
		}
		return w.Flush()
	})
}

func roleOf(m store.Staff) string {
	if m.Reports {
		return string(m.Role) + "+reports"
	}
	return string(m.Role)
}

func scopeOf(m store.Staff) string {
	if len(m.Lines)+len(m.Towns) == 0 {
		return "all"
	}
	return strings.Join(append(append([]string{}, m.Lines...), m.Towns...), " ")
}

func stateOf(m store.Staff) string {
	if m.Accepted() {
		return "there since " + time.Unix(m.Since, 0).UTC().Format(time.DateOnly)
	}
	return "invited " + time.Unix(m.Since, 0).UTC().Format(time.DateOnly)
}

type staffRoleCommand struct {
	ID      string `arg:"" help:"Id of the person, as arraigo staff list shows it."`
	Role    string `arg:"" enum:"viewer,officer,coordinator,admin,auditor" help:"The new role."`
	Reports *bool  `negatable:"" help:"May read reports of wrong-doing, or not; without it this stays."`
	fileOption
	storeOptions
}

// Run changes the role; open sessions have it at once.
func (c *staffRoleCommand) Run(ctx context.Context, term *console) error {
	return c.withTeam(ctx, term, func(s *store.Store) error {
		m, err := s.StaffMember(ctx, c.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && m.Removed != 0 {
			return nobody(c.ID)
		}
		if err != nil {
			return err
		}
		m.Role = store.Role(c.Role)
		if c.Reports != nil {
			m.Reports = *c.Reports
		}
		if err := note(ctx, s, actChangeStaff, m.ID, time.Now()); err != nil {
			return err
		}
		if m, err = s.ChangeStaff(ctx, m); err != nil {
			return err
		}
		term.printf("%s is %s now.\n", m.ID, roleOf(m))
		return nil
	})
}

type staffRemoveCommand struct {
	ID string `arg:"" help:"Id of the person, as arraigo staff list shows it."`
	fileOption
	storeOptions
}

// Run takes somebody out. Who is in ARRAIGO_ADMINS comes back with the next start
// of serve.
func (c *staffRemoveCommand) Run(ctx context.Context, term *console) error {
	return c.withTeam(ctx, term, func(s *store.Store) error {
		now := time.Now()
		m, err := s.StaffMember(ctx, c.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && m.Removed != 0 {
			return nobody(c.ID)
		}
		if err != nil {
			return err
		}
		if err := note(ctx, s, actRemoveStaff, m.ID, now); err != nil {
			return err
		}
		if err := s.RemoveStaff(ctx, m.ID, now); err != nil {
			return err
		}
		term.printf("%s is not of the team any more. Take them out of the team's Telegram group too, and out of ARRAIGO_ADMINS if they are there.\n", m.ID)
		return nil
	})
}

func nobody(id string) error {
	return badSetting("nobody of the team has the id %s: arraigo staff list shows all", id)
}

// note writes into the audit log that somebody at the command line did it.
func note(ctx context.Context, s *store.Store, act, about string, now time.Time) error {
	return s.AppendAudit(ctx, store.AuditEntry{Staff: store.AuditOperator, Act: act, About: about}, now)
}

// withTeam opens the store with the keys that serve has: fresh ones could not
// read the team.
func (o storeOptions) withTeam(ctx context.Context, term *console, do func(*store.Store) error) error {
	if _, err := os.Stat(o.keysetPath()); errors.Is(err, fs.ErrNotExist) {
		return badSetting("there is no keyset at %s: set ARRAIGO_KEYSET or ARRAIGO_DATA_DIR to where serve has it, or start serve once", o.keysetPath())
	}
	return o.withStore(ctx, term, do)
}
