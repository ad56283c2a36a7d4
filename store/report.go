package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"

	"github.com/redis/go-redis/v9"
)

// A Report is what somebody told about wrong-doing. Nothing in it says who: a
// day and not a moment, no chat, no contact. It must not be logged.
type Report struct {
	Name     string `json:"-"`           // one-way name of its code; may be logged
	Category string `json:"c"`           // a value of the flow's slot
	Text     string `json:"t,omitempty"` // in the person's words
	Offer    string `json:"o,omitempty"` // id of the vacancy it is about
	Day      string `json:"d"`           // 2026-11-22
	State    string `json:"s"`           // one of the Report states

	sealed []byte
}

// LogValue shows the one-way name only.
func (r Report) LogValue() slog.Value { return slog.GroupValue(slog.String("report", r.Name)) }

// What became of a report.
const (
	ReportNew    = "recibida"
	ReportRead   = "en_revision"
	ReportPassed = "remitida"
	ReportClosed = "cerrada"
)

// codeLetters is how long a code is: 32 to the power of 8 codes, so that
// guessing one among some thousands takes years at Telegram's pace.
const codeLetters = 8

// NewReportCode makes a code to follow a report up, as K7QM-4XRD. Only who
// files the report ever has it.
func NewReportCode() string {
	var raw [codeLetters]byte
	if _, err := rand.Read(raw[:]); err != nil {
		panic("store: " + err.Error()) // crypto/rand never fails
	}
	code := strings.ToUpper(alphabet.EncodeToString(raw[:])[:codeLetters])
	return code[:4] + "-" + code[4:]
}

// reportName is the one-way name of a code, however it is typed: small or
// capital, with or without the dash, O for 0, I and L for 1.
func (k *Keyring) reportName(code string) (string, bool) {
	code = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	code = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, code)
	if len(code) != codeLetters {
		return "", false
	}
	raw := make([]int64, len(code))
	for i, c := range []byte(code) {
		raw[i] = int64(c)
	}
	return alphabet.EncodeToString(k.digest("report", raw...)), true
}

// FileReport keeps a report under its code, once, and notes that the restricted
// role is to be told.
func (s *Store) FileReport(ctx context.Context, code string, r Report, now time.Time) (name string, err error) {
	name, ok := s.keys.reportName(code)
	if !ok {
		return "", errors.New("file report: malformed code")
	}
	r.Day, r.State = s.date(now), ReportNew
	sealed, err := s.sealReport(name, r)
	if err != nil {
		return "", err
	}
	day, err := time.ParseInLocation(time.DateOnly, r.Day, s.cfg.Location)
	if err != nil {
		return "", fmt.Errorf("file report: %w", err)
	}
	err = s.run(ctx, reportScript, []string{keyReport(name), keyReports, keyUntold}, sealed, name, day.Unix()).Err()
	return name, wrap("file report", err)
}

func (s *Store) sealReport(name string, r Report) ([]byte, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	sealed, err := s.keys.seal(fieldReport, ContactID(name), plain)
	if err != nil {
		return nil, fmt.Errorf("seal report: %w", err)
	}
	return sealed, nil
}

// ReportOf reads the report of a code; ErrNotFound when there is none, or not
// any more.
func (s *Store) ReportOf(ctx context.Context, code string) (*Report, error) {
	name, ok := s.keys.reportName(code)
	if !ok {
		return nil, fmt.Errorf("read report: %w", ErrNotFound)
	}
	return s.Report(ctx, name)
}

// Report reads a report by its one-way name; ErrNotFound when there is none.
func (s *Store) Report(ctx context.Context, name string) (*Report, error) {
	sealed, err := s.client.Get(ctx, keyReport(name)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("read report: %w", ErrNotFound)
	}
	if err != nil {
		return nil, wrap("read report", err)
	}
	return s.openReport(name, sealed)
}

func (s *Store) openReport(name string, sealed []byte) (*Report, error) {
	plain, err := s.keys.open(fieldReport, ContactID(name), sealed)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	r := &Report{Name: name, sealed: sealed}
	if json.Unmarshal(plain, r) != nil {
		return nil, fmt.Errorf("read report: %w", errMalformed)
	}
	return r, nil
}

// Reports returns the reports that are not closed, oldest first, up to limit of
// them after the first skip, and how many there are in all.
func (s *Store) Reports(ctx context.Context, skip, limit int) (list []*Report, total int, err error) {
	names, err := s.client.ZRange(ctx, keyReports, 0, -1).Result()
	if err != nil {
		return nil, 0, wrap("list reports", err)
	}
	total = len(names)
	names = names[min(skip, total):min(skip+limit, total)]
	if len(names) == 0 {
		return nil, total, nil
	}
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = keyReport(name)
	}
	values, err := s.client.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, 0, wrap("list reports", err)
	}
	for i, value := range values {
		sealed, ok := value.(string)
		if !ok {
			continue // closed and forgotten meanwhile
		}
		r, err := s.openReport(names[i], []byte(sealed))
		if err != nil {
			return nil, 0, err
		}
		list = append(list, r)
	}
	return list, total, nil
}

// Follow lists the states that a report in one may be given by hand: a closed
// one stays closed, and nobody makes one unread again.
func (r *Report) Follow() (states []string) {
	if r.State == ReportClosed {
		return nil
	}
	for _, state := range []string{ReportRead, ReportPassed, ReportClosed} {
		if state != r.State {
			states = append(states, state)
		}
	}
	return states
}

// SettleReport gives a report another state and leaves the news of it with who
// filed it, if they said that they may be written to: in words and in a ledger
// that say nothing else, because an outreach of its own would tell the team who
// filed a report. Whoever is in that of the day already is told without one. It
// returns who is to be told; "" for nobody. A state that is none to follow
// changes nothing; ErrConflict as for MarkReport.
func (s *Store) SettleReport(ctx context.Context, r *Report, state string, now time.Time) (tell ContactID, err error) {
	if slices.Contains(r.Follow(), state) {
		if err := s.MarkReport(ctx, r, state); err != nil {
			return "", err
		}
	} else if state != r.State {
		return "", nil
	}
	reporter, err := s.Reporter(ctx, r.Name)
	if err != nil || reporter == "" {
		return "", err
	}
	day := programme.DateOf(now.In(s.cfg.Location))
	n := flows.Notice{ID: string(flows.NewsWaits) + ":" + state + r.Name, Kind: flows.NewsWaits, Outreach: flows.NudgeOutreach(day), Again: true}
	result, err := s.Notify(ctx, reporter, n, now)
	if err == nil && result == NotifyKnown {
		n.Outreach = ""
		result, err = s.Notify(ctx, reporter, n, now)
	}
	if err != nil {
		return "", err
	}
	if state == ReportClosed {
		if err := s.ForgetReporter(ctx, r.Name, reporter); err != nil {
			return "", err
		}
	}
	if result != NotifyLeft {
		return "", nil
	}
	return reporter, nil
}

// MarkReport gives a report another state. A closed one is kept for 12 months
// more. It fails with ErrConflict when somebody else changed it meanwhile.
func (s *Store) MarkReport(ctx context.Context, r *Report, state string) error {
	next := *r
	next.State = state
	sealed, err := s.sealReport(r.Name, next)
	if err != nil {
		return err
	}
	life, closed := "", ""
	if state == ReportClosed {
		life, closed = seconds(reportLife), r.Name
	}
	n, err := s.run(ctx, replaceScript, []string{keyReport(r.Name), keyReports}, r.sealed, sealed, life, closed).Int()
	if err == nil && n == 0 {
		return fmt.Errorf("mark report: %w", ErrConflict)
	}
	return wrap("mark report", err)
}

// UntoldReports names the reports of which the restricted role was not told yet.
func (s *Store) UntoldReports(ctx context.Context) (names []string, err error) {
	names, err = s.client.ZRange(ctx, keyUntold, 0, -1).Result()
	return names, wrap("list untold reports", err)
}

// ReportsTold takes reports out of those nobody was told of.
func (s *Store) ReportsTold(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	members := make([]any, len(names))
	for i, n := range names {
		members[i] = n
	}
	return wrap("note told reports", s.client.ZRem(ctx, keyUntold, members...).Err())
}

// NameReporter notes that a contact filed the report of a code and may be
// written to about it. The note is the contact's: an erasure takes it.
func (s *Store) NameReporter(ctx context.Context, code string, id ContactID) error {
	name, ok := s.keys.reportName(code)
	if !ok {
		return errors.New("name reporter: malformed code")
	}
	return wrap("name reporter", s.client.HSet(ctx, bucket(id.Bucket()).reported(), string(id)+"."+name, "1").Err())
}

// Reporter returns who filed a report and may be written to; "" when nobody is
// known. It looks through all buckets: nothing in the report says which.
func (s *Store) Reporter(ctx context.Context, name string) (ContactID, error) {
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringSliceCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.HKeys(ctx, bucket(n).reported())
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return "", wrap("look for reporter", err)
	}
	for _, cmd := range cmds {
		for _, field := range cmd.Val() {
			if id, report, _ := strings.Cut(field, "."); report == name {
				return ContactID(id), nil
			}
		}
	}
	return "", nil
}

// ForgetReporter takes away who filed a report.
func (s *Store) ForgetReporter(ctx context.Context, name string, id ContactID) error {
	return wrap("forget reporter", s.client.HDel(ctx, bucket(id.Bucket()).reported(), string(id)+"."+name).Err())
}

// At is the beginning of the report's day.
func (r *Report) At(zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, r.Day, zone)
	if err != nil {
		return time.Time{}
	}
	return t
}
