package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/programme"
)

// A Conversation plays one person against the real engine without Telegram or a
// store: for transcripts and for arraigo chat. It is not safe for concurrent
// use.
//
// Lines of a person, as a transcript writes them after "> ":
//
//	hola            typed words
//	/ayuda arg      a command
//	[Sí]            a tap on the newest button with that label
//	[Sí @2]         the same, the second newest that has it; one that was taken away
//	                since can still be tapped, as on a phone without signal
//	(voice)         voice photo sticker document contact location other edited unblock
//	(early: hola)   typed words sent before the open question could be seen
//	(data: a:x:y)   a tap with forged callback data
//	(end)           the team ends the talk
//	(staff stage inclusion_laboral orientacion)
//	                the team does something about the person: stage, correct, file, erase, reopen
//	(wait 25h)      time passes, then a timer looks
//	(notice vacancy_alert V-01)
//	                something that others did or that the calendar brought
//	(notice announcement a-1 Feria de empleo)
//	                the staff say something; "for 10h" in place of the title: it is of use for so long
//	(blocked hola)  typed words of somebody who had blocked the bot
//	(full C-01)     others take all places of a course or an event
type Conversation struct {
	Set     *Set
	Session Session
	Now     time.Time
	Run     func(Call, Session) Input // runs a Call; nil: places are made up, the outcome of all else is empty
	Phone   string                    // the phone's language

	// Offer is what is published on a day; nil: nothing ever is.
	Offer func(programme.Date) *programme.Offer

	offer    *programme.Offer  // of the present day
	waiting  []Notice          // not taken yet
	titles   map[string]string // of announcements that there were
	full     map[string]bool   // offers whose places others have
	messages []shown
	nextID   int
	asked    int
	Visited  map[string]bool // "flow.step" reached
	Erased   int             // how often everything was forgotten
}

type shown struct {
	id      int
	buttons [][]RenderedButton
	before  [][]RenderedButton // taken away since; a phone without signal may still show them
}

// Play reacts to one line of a person and returns what they see, one line each:
// "< " begins a message, "~ " a change of an earlier one, "* " a word above the
// chat. It fails when the line is not readable or the button is not there.
func (c *Conversation) Play(line string) (string, error) {
	in, err := c.input(line)
	if err != nil {
		return "", err
	}
	in.Asked, in.Language, in.Offer, in.Reference = c.asked, c.Phone, c.today(), rehearsedReference
	in.Titles = c.titles
	if in.Message == 0 {
		c.nextID++
		in.Message = c.nextID
	}
	result := Advance(c.Set, c.Session, in, c.Now)
	for range 10 {
		if result.Call == nil {
			break
		}
		run := c.rehearse
		if c.Run != nil {
			run = c.Run
		}
		outcome := run(*result.Call, result.Session)
		outcome.Offer, outcome.Reference = in.Offer, in.Reference
		result = Resume(c.Set, result, outcome, c.Now)
	}
	for _, step := range result.Steps {
		if c.Visited == nil {
			c.Visited = map[string]bool{}
		}
		c.Visited[step] = true
	}
	c.Session = result.Session
	c.waiting = slices.DeleteFunc(c.waiting, func(n Notice) bool {
		return slices.ContainsFunc(result.Ends, func(e Ending) bool { return e.Notice == n.ID })
	})
	if result.Erase {
		c.Erased++
		c.Session, c.waiting = Session{}, nil
	}
	shown := c.show(result)
	if in.Kind == InputTimer && c.Session.Wake != 0 && c.Session.Wake <= c.Now.Unix() && len(result.Ends) > 0 {
		more, err := c.Play("(wait 0s)") // the timer is due again at once
		return shown + more, err
	}
	return shown, nil
}

// today is what is published on the present day.
func (c *Conversation) today() *programme.Offer {
	today := c.Set.Today(c.Now)
	if c.Offer != nil && c.offer.Today() != today {
		c.offer = c.Offer(today)
	}
	return c.offer
}

func (c *Conversation) input(line string) (Input, error) {
	inner := func(open, end string) (string, bool) {
		rest, ok := strings.CutPrefix(line, open)
		if !ok {
			return "", false
		}
		return strings.CutSuffix(rest, end)
	}
	if label, ok := inner("[", "]"); ok {
		return c.tapOn(label)
	}
	if what, ok := inner("(", ")"); ok {
		if wait, ok := strings.CutPrefix(what, "wait "); ok {
			d, err := time.ParseDuration(wait)
			if err != nil {
				return Input{}, fmt.Errorf("(wait …): %w", err)
			}
			c.Now = c.Now.Add(d)
			return Input{Kind: InputTimer, Notices: c.waiting}, nil
		}
		if notice, ok := strings.CutPrefix(what, "notice "); ok {
			c.waiting = append(c.waiting, c.noticeOf(notice))
			return Input{Kind: InputTimer, Notices: c.waiting}, nil
		}
		if act, ok := strings.CutPrefix(what, "staff "); ok {
			return Input{Kind: InputStaff, Staff: c.staffAct(act)}, nil
		}
		if id, ok := strings.CutPrefix(what, "full "); ok {
			if c.full == nil {
				c.full = map[string]bool{}
			}
			c.full[id] = true
			return Input{Kind: InputTimer, Notices: c.waiting}, nil
		}
		if text, ok := strings.CutPrefix(what, "blocked "); ok {
			return Input{Kind: InputText, Text: text, Blocked: true}, nil
		}
		if text, ok := strings.CutPrefix(what, "early: "); ok {
			return Input{Kind: InputText, Text: text, Early: true}, nil
		}
		if data, ok := strings.CutPrefix(what, "data: "); ok {
			return Input{Kind: InputTap, Data: data, Message: c.nextID}, nil
		}
		switch kind := InputKind(what); kind {
		case InputVoice, InputPhoto, InputSticker, InputDocument, InputContact, InputLocation, InputOther, InputEdited, InputUnblock, InputEnd:
			return Input{Kind: kind, Talk: c.Session.Talk}, nil
		}
		return Input{}, fmt.Errorf("(%s) is nothing a person can do", what)
	}
	if command, ok := strings.CutPrefix(line, "/"); ok && command != "" {
		name, args, _ := strings.Cut(command, " ")
		return Input{Kind: InputCommand, Name: strings.ToLower(name), Text: args}, nil
	}
	return Input{Kind: InputText, Text: line}, nil
}

// tapOn finds the newest button with a label; "label @n" the n-th newest.
func (c *Conversation) tapOn(label string) (Input, error) {
	n := 1
	if name, count, ok := strings.Cut(label, " @"); ok {
		v, err := strconv.Atoi(count)
		if err != nil {
			return Input{}, fmt.Errorf("[%s]: after @ comes a number", label)
		}
		label, n = name, v
	}
	for _, buttons := range []func(shown) [][]RenderedButton{
		func(m shown) [][]RenderedButton { return m.buttons },
		func(m shown) [][]RenderedButton { return m.before },
	} {
		for i := len(c.messages) - 1; i >= 0; i-- {
			for _, row := range buttons(c.messages[i]) {
				for _, b := range row {
					if b.Text != label {
						continue
					}
					if n--; n == 0 {
						return Input{Kind: InputTap, Data: b.Data, Message: c.messages[i].id}, nil
					}
				}
			}
		}
	}
	return Input{}, fmt.Errorf("no button [%s]", label)
}

// show notes the messages and writes them down.
func (c *Conversation) show(result Result) string {
	var out strings.Builder
	if toast := result.Toast; toast != nil && toast.Text != nil {
		fmt.Fprintf(&out, "* %s\n", Words(c.Set, &result.Session, *toast.Text))
	}
	for _, r := range result.Replies {
		m := Render(c.Set, &result.Session, r)
		switch {
		case r.Hide:
			out.WriteString("~ (your message was deleted)\n")
		case r.Edit != 0:
			c.change(r.Edit, m)
			out.WriteString("~" + indent(m.Plain(), " ") + buttonLine(m.Buttons))
		default:
			c.nextID++
			c.messages = append(c.messages, shown{id: c.nextID, buttons: m.Buttons})
			if r.Question != 0 {
				c.asked = c.nextID
			}
			if r.Piece != "" {
				fmt.Fprintf(&out, "< (announcement %s)\n", r.Piece)
			}
			if r.File != "" {
				fmt.Fprintf(&out, "< (file %s)\n", r.File)
			}
			if text := m.Plain(); text != "" || r.Piece == "" {
				out.WriteString("<" + indent(text, " "))
			}
			out.WriteString(buttonLine(m.Buttons))
		}
	}
	if result.Relay != nil {
		fmt.Fprintf(&out, "~ (to the team: %s)\n", result.Relay.Kind)
	}
	if result.Erase {
		out.WriteString("~ (everything was erased)\n")
	}
	return out.String()
}

func (c *Conversation) change(id int, m Message) {
	for i := range c.messages {
		if c.messages[i].id == id {
			c.messages[i].before = append(c.messages[i].before, c.messages[i].buttons...)
			c.messages[i].buttons = m.Buttons
		}
	}
}

func indent(text, first string) string {
	if text == "" {
		return ""
	}
	return first + strings.ReplaceAll(text, "\n", "\n  ") + "\n"
}

func buttonLine(rows [][]RenderedButton) string {
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(" ")
		for _, b := range row {
			fmt.Fprintf(&out, " [%s]", b.Text)
		}
		out.WriteString("\n")
	}
	return out.String()
}
