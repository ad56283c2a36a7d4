package flows

import (
	"slices"
	"strconv"

	"arraigo/programme"
)

// reportActions are the actions about reporting wrong-doing and about hiding
// the chat.
var reportActions = map[string]func(*turn){
	"show_report_filed": (*turn).showReportFiled,
	"show_report_state": (*turn).showReportState,
	"mark_hidden":       (*turn).markHidden,
	"show_hidden":       (*turn).showHidden,
}

// flowReport is the flow about wrong-doing. What is in it is never reminded of,
// and forgotten after a day.
const flowReport = "report"

// Values of the report flow that the engine acts on.
const (
	reportSex       = "sexo"
	reportAnonymous = "anonimo"
	reportUnknown   = "ninguna"
)

// showReportFiled gives the code and the other ways to be heard. The code is
// shown once: nobody here can find it again.
func (t *turn) showReportFiled() {
	code := t.s.Value("report_code")
	parts := []Text{Key("report.filed").With("codigo", Literal(code))}
	switch {
	case t.s.Value("report_contact") == reportAnonymous:
		parts = append(parts, Key("report.filed_anonymous"))
	case t.s.Value("report_safe") == Yes:
		parts = append(parts, Key("report.filed_named"))
	default:
		parts = append(parts, Key("report.filed_unsafe"))
	}
	if outside, ok := t.outside(); ok {
		parts = append(parts, outside)
	}
	if t.s.Value("report_category") == reportSex {
		lines := []Text{Key("report.support")}
		for _, l := range t.helpLines() {
			lines = append(lines, t.helpLine(l))
		}
		parts = append(parts, Text{Lines: lines})
	}
	t.reply(Reply{Parts: parts, Buttons: [][]Button{{triggerButton("hide")}, {triggerButton("menu")}}})
}

// outside names the place of the sister organisations where anybody can report
// without us: the web page among the help lines. Nobody has to dial it first to
// know that it answers.
func (t *turn) outside() (Text, bool) {
	i := slices.IndexFunc(t.set.Data.HelpLines, func(l programme.HelpLine) bool {
		return l.World && l.Number != "" && slices.Contains(l.Channels, "web")
	})
	if i < 0 {
		return Text{}, false
	}
	return Key("report.outside").With("pagina", Literal(t.set.Data.HelpLines[i].Number)), true
}

func (t *turn) showReportState() {
	state := t.s.Value("report_state")
	if state == "" {
		state = reportUnknown
	}
	parts := []Text{Key("report.state." + state)}
	if outside, ok := t.outside(); ok {
		parts = append(parts, outside)
	}
	t.reply(Reply{Parts: parts, Buttons: [][]Button{{triggerButton("report")}, {triggerButton("menu")}}})
}

// reportNotices are the notices about reports.
var reportNotices = map[NoticeKind]telling{NewsWaits: func(t *turn, list []Notice) {
	t.reply(Reply{Parts: []Text{Key("bot.news")}})
	for _, n := range list {
		t.ends(n, EndTold)
	}
}}

// markHidden notes the message that asked for it, to be deleted too.
func (t *turn) markHidden() {
	if t.in.Message != 0 {
		t.fill("hide_message", []string{strconv.Itoa(t.in.Message)})
	}
}

// showHidden leaves one line that says nothing about what was talked of.
func (t *turn) showHidden() {
	t.s.Stack = nil
	t.reply(Reply{Parts: []Text{Key("hide.hidden")}, Buttons: [][]Button{{triggerButton("menu")}}})
}

// forgetLeft drops what was kept until the end of a conversation that was left
// for another one and is not come back to.
func (t *turn) forgetLeft() {
	if len(t.s.Stack) > 0 || t.out.Call != nil {
		return
	}
	if f := t.flow(); f != nil && !f.Standing {
		return
	}
	for name := range t.s.Slots {
		if slot := t.set.Slot(name); slot != nil && slot.Keep.Flow && slot.Flow != t.s.Flow {
			delete(t.s.Slots, name)
		}
	}
}
