package flows

import (
	"strings"
	"unicode"

	"arraigo/programme"
)

// maxTyped is how many code points of a typed message are looked at; an answer
// is never longer, and the rest is never stored.
const maxTyped = 500

// text reacts to typed words: an option of the open question, then a word that
// works everywhere, then what the question makes of it.
func (t *turn) text() {
	typed := clean(t.in.Text)
	norm := programme.Normalize(typed)
	slot := t.open()
	if slot != nil && !t.in.Early && t.readOption(slot, typed, norm) {
		return
	}
	if trigger, ok := t.set.triggerByWord(norm); ok && (trigger.Name == triggerHelp || !t.early(slot, typed, norm)) {
		t.trigger(trigger)
		return
	}
	switch {
	case t.in.Early && slot != nil:
		t.note(Key("early.note"))
		t.question()
	case looksPersonal(typed) && (slot == nil || !slot.Unmasked):
		t.hide()
		t.unread(Key("personal.not_kept"))
	case len([]rune(typed)) > maxTyped:
		t.unread(Key("nonsense.too_long"))
	case slot == nil:
		t.nonsense()
	default:
		t.read(slot, typed, norm)
	}
}

// early reports whether words that came before the question could be seen would
// answer it. They may also name a place to go to: only the person knows.
func (t *turn) early(slot *Slot, typed, norm string) bool {
	try := &turn{set: t.set, s: t.s.clone(), in: t.in, now: t.now}
	return slot != nil && t.in.Early && try.readOption(slot, typed, norm)
}

// unread says why something was not taken, and puts the question again.
func (t *turn) unread(why Text) {
	if !t.danger {
		t.note(why)
	}
	t.again()
}

// hide asks for the person's message to be deleted, if Telegram still lets us.
func (t *turn) hide() {
	if t.in.Message != 0 {
		t.out.Replies = append(t.out.Replies, Reply{Edit: t.in.Message, Hide: true})
	}
}

// clean drops what nobody means to type: control characters and the invisible
// signs that turn text around.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r == unicode.ReplacementChar, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s))
}

// unasked answers what the bot cannot use.
func (t *turn) unasked() {
	switch t.in.Kind {
	case InputPhoto, InputDocument:
		t.hide()
		t.unread(Key("unasked.photo"))
	case InputVoice:
		t.unread(Key("unasked.voice"))
	case InputSticker:
		t.unread(Key("unasked.sticker"))
	case InputEdited:
		t.unread(Key("unasked.edited"))
	default:
		t.unread(Key("unasked.anything"))
	}
}

// shared takes a contact card or a place only where one was asked for.
func (t *turn) shared() {
	slot := t.open()
	switch {
	case slot != nil && slot.Type == Contact && t.in.Kind == InputContact && t.in.Own:
		t.accept(slot, []string{t.in.Phone}, Literal("✓"))
	case slot != nil && slot.Type == Location && t.in.Kind == InputLocation:
		t.accept(slot, []string{degrees(t.in.Latitude), degrees(t.in.Longitude)}, Literal("✓"))
	case slot != nil && slot.Type == Contact && t.in.Kind == InputContact:
		t.unread(Key("unasked.other_contact"))
	case t.in.Kind == InputContact:
		t.hide()
		t.unread(Key("unasked.contact"))
	default:
		t.hide()
		t.unread(Key("unasked.location"))
	}
}
