package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// Reports are read in private by the few who may, and by nobody else. Nothing
// of a report is in a log, in the group or in a notification.

// Callback data of the buttons under reports. Only who may read reports is
// answered; from anybody else they are nonsense like any forged data.
const (
	reportPrefix = "den:"
	reportOpen   = "den:r:" // den:r:NAME
	reportMark   = "den:m:" // den:m:STATE:NAME
	reportHide   = "den:x"
)

// reportsShown is how many reports one list names.
const reportsShown = 20

// answerWithin bounds what is said to the team outside the queue.
const answerWithin = 20 * time.Second

// forGuard reports whether an arrival is about reports and from somebody who
// may read them.
func (b *Bot) forGuard(a *arrival) bool {
	if !b.mayRead(a.chat) {
		return false
	}
	switch a.input.Kind {
	case flows.InputCommand:
		return b.staffCommand(a.input.Name) == "reports"
	case flows.InputTap:
		return strings.HasPrefix(a.input.Data, reportPrefix)
	}
	return false
}

// guard answers who may read reports. What fails is asked for again by hand.
func (b *Bot) guard(a *arrival) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	b.answerTap(a.query, nil, nil)
	if err := b.showReports(ctx, a); err != nil {
		b.log.Warn("reports were not shown", "error", err)
		_, _ = b.write(ctx, a.chat, 0, nil, flows.Key("bot.trouble"))
	}
}

func (b *Bot) showReports(ctx context.Context, a *arrival) error {
	if a.input.Kind == flows.InputCommand {
		return b.listReports(ctx, a.chat)
	}
	if a.input.Data == reportHide {
		b.deleteMessages(ctx, a.chat, []int{a.input.Message})
		return nil
	}
	if name, ok := strings.CutPrefix(a.input.Data, reportOpen); ok {
		return b.showReport(ctx, a.chat, name)
	}
	rest, _ := strings.CutPrefix(a.input.Data, reportMark)
	state, name, ok := strings.Cut(rest, ":")
	if !ok || state != store.ReportRead && state != store.ReportPassed && state != store.ReportClosed {
		return nil
	}
	return b.markReport(ctx, a.chat, name, state)
}

func (b *Bot) listReports(ctx context.Context, chat int64) error {
	list, total, err := b.cfg.Store.Reports(ctx, 0, reportsShown)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err = b.write(ctx, chat, 0, nil, flows.Key("staff.reports_none"))
		return err
	}
	var rows [][]flows.RenderedButton
	for _, r := range list {
		label := flows.Key("staff.report_button").With("dia", b.reportDay(r)).With("estado", flows.Key("staff.state."+r.State))
		rows = append(rows, []flows.RenderedButton{{Text: cut(b.staffWords(label).Plain(), flows.MaxButton), Data: reportOpen + r.Name}})
	}
	_, err = b.write(ctx, chat, 0, rows, flows.Key("staff.reports").With("count", flows.Text{Count: &total}))
	return err
}

func (b *Bot) reportDay(r *store.Report) flows.Text {
	return flows.Text{Date: r.At(b.zone()).Unix()}
}

// showReport shows one report, with what can be done about it.
func (b *Bot) showReport(ctx context.Context, chat int64, name string) error {
	r, err := b.cfg.Store.Report(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		_, err = b.write(ctx, chat, 0, nil, flows.Key("staff.report_gone"))
		return err
	}
	if err != nil {
		return err
	}
	texts := []flows.Text{
		flows.Key("staff.report").With("dia", b.reportDay(r)).With("estado", flows.Key("staff.state."+r.State)),
		flows.Key("staff.report_category").With("categoria", flows.Key("report.report_category.option."+r.Category)),
	}
	if r.Offer != "" {
		texts = append(texts, flows.Key("staff.report_offer").With("oferta", flows.Literal(r.Offer)))
	}
	if r.Text != "" {
		texts = append(texts, flows.Key("staff.report_text").With("texto", flows.Literal(r.Text)))
	}
	reporter, err := b.cfg.Store.Reporter(ctx, name)
	if err != nil {
		return err
	}
	if reporter != "" {
		texts = append(texts, flows.Key("staff.report_reach"))
	}
	texts = append(texts, flows.Key("staff.report_rules"))
	var rows [][]flows.RenderedButton
	for _, state := range r.Follow() {
		rows = append(rows, []flows.RenderedButton{{Text: b.staffWords(flows.Key("staff.mark." + state)).Plain(), Data: reportMark + state + ":" + name}})
	}
	rows = append(rows, []flows.RenderedButton{{Text: b.staffWords(flows.Key("staff.mark.hide")).Plain(), Data: reportHide}})
	_, err = b.write(ctx, chat, 0, rows, texts...)
	return err
}

// markReport notes what became of a report, and lets a person who said that it
// is safe know that there is something new, without a word of what.
func (b *Bot) markReport(ctx context.Context, chat int64, name, state string) error {
	r, err := b.cfg.Store.Report(ctx, name)
	var tell store.ContactID
	if err == nil {
		tell, err = b.cfg.Store.SettleReport(ctx, r, state, b.cfg.Now())
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		_, err = b.write(ctx, chat, 0, nil, flows.Key("staff.report_gone"))
		return err
	}
	if err != nil {
		return err
	}
	if tell != "" {
		b.tasks.run(func() { b.tellNow(context.WithoutCancel(ctx), tell, false) })
	}
	_, err = b.write(ctx, chat, 0, nil, flows.Key("staff.report_marked"))
	return err
}

// tellAgain is how long it waits to tell of reports when nobody could be told.
const tellAgain = 10 * time.Minute

// tellOfReports lets those who may read reports know that there are new ones:
// that, and nothing else.
func (b *Bot) tellOfReports(ctx context.Context) {
	guards := b.guards()
	if len(guards) == 0 || b.cfg.Now().Before(b.tellAfter) {
		return
	}
	names, err := b.cfg.Store.UntoldReports(ctx)
	if err != nil || len(names) == 0 {
		if err != nil && ctx.Err() == nil {
			b.log.Warn("looking for new reports", "error", err)
		}
		return
	}
	if !b.tellAll(ctx, guards, flows.Key("staff.report_news")) {
		b.tellAfter = b.cfg.Now().Add(tellAgain)
		b.log.Warn("nobody could be told of a report; whoever may read them must write to the bot first")
		return
	}
	if err := b.cfg.Store.ReportsTold(ctx, names); err != nil {
		b.log.Warn("it was not noted that reports were told of", "error", err)
	}
}

// The actions with I/O of the flows about reports.

// newReport makes the code under which the report will be filed. It is made
// before the first question, so that filing twice files once.
func newReport(context.Context, *Bot, *store.Record, map[string][]string) (flows.Input, error) {
	return flows.Input{Slots: map[string][]string{"report_code": {store.NewReportCode()}}}, nil
}

// fileReport keeps the report. Of an anonymous one nothing says who: not the
// chat, not the update, not the time of day.
func fileReport(ctx context.Context, b *Bot, r *store.Record, args map[string][]string) (flows.Input, error) {
	first := func(slot string) string {
		if v := args[slot]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	code := first("report_code")
	if first("report_contact") == "responder" && first("report_safe") == flows.Yes {
		if err := b.cfg.Store.NameReporter(ctx, code, r.ID); err != nil {
			return flows.Input{}, err
		}
	}
	_, err := b.cfg.Store.FileReport(ctx, code, store.Report{
		Category: first("report_category"), Text: first("report_text"), Offer: first("report_offer"),
	}, b.cfg.Now())
	return flows.Input{}, err
}

// findReport says what came of the report of a code.
func findReport(ctx context.Context, b *Bot, _ *store.Record, args map[string][]string) (flows.Input, error) {
	code := ""
	if v := args["report_typed"]; len(v) > 0 {
		code = v[0]
	}
	r, err := b.cfg.Store.ReportOf(ctx, code)
	if errors.Is(err, store.ErrNotFound) {
		return flows.Input{}, nil
	}
	if err != nil {
		return flows.Input{}, err
	}
	return flows.Input{Slots: map[string][]string{"report_state": {r.State}}}, nil
}

// hideChat deletes what is known of the chat from the person's phone.
func hideChat(ctx context.Context, b *Bot, r *store.Record, args map[string][]string) (flows.Input, error) {
	said, err := b.cfg.Store.Said(ctx, r.ID)
	if err != nil {
		return flows.Input{}, err
	}
	if v := args["hide_message"]; len(v) > 0 {
		if id, err := strconv.Atoi(v[0]); err == nil {
			said = append(said, id)
		}
	}
	b.deleteMessages(ctx, r.ChatID, said)
	return flows.Input{}, b.cfg.Store.Unsay(ctx, r.ID)
}

func literalInt(n int64) string { return strconv.FormatInt(n, 10) }
