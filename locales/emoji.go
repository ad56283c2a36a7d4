package locales

import (
	"strings"
	"unicode"
)

// emoji is what phones draw as a picture. Arrows, bullets and dashes that are
// ordinary characters are not in it.
var emoji = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x231a, Hi: 0x231b, Stride: 1},
		{Lo: 0x23e9, Hi: 0x23fa, Stride: 1},
		{Lo: 0x2600, Hi: 0x27bf, Stride: 1},
		{Lo: 0x2b05, Hi: 0x2b07, Stride: 1},
		{Lo: 0x2b1b, Hi: 0x2b1c, Stride: 1},
		{Lo: 0x2b50, Hi: 0x2b55, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f000, Hi: 0x1faff, Stride: 1},
	},
}

// joins reports whether r only changes or joins the emoji around it:
// zero-width joiner, variation selectors, keycap, skin tones.
func joins(r rune) bool {
	return r == 0x200d || r == 0xfe0e || r == 0xfe0f || r == 0x20e3 || 0x1f3fb <= r && r <= 0x1f3ff
}

// emojiIn returns how many emoji s has, and whether the first one stands at
// its very beginning.
func emojiIn(s string) (n int, first bool) {
	joined, flag, base := false, false, 0
	for i, r := range s {
		regional := 0x1f1e6 <= r && r <= 0x1f1ff
		switch {
		case r == 0x200d:
			joined = true
			continue
		case r == 0x20e3: // the frame of a keycap, after its digit
			if n++; n == 1 {
				first = base == 0
			}
			continue
		case joins(r):
			continue
		case regional && flag:
			flag = false // the second letter of a flag
			continue
		case unicode.Is(emoji, r) && !joined:
			if n++; n == 1 {
				first = i == 0
			}
		}
		joined, flag, base = false, regional, i
	}
	return n, first
}

// characters counts what a reader sees as characters, near enough for the
// limits of buttons and messages: a joined emoji counts once.
func characters(s string) int {
	n, joined := 0, false
	for _, r := range s {
		if !joins(r) && !joined {
			n++
		}
		joined = r == 0x200d
	}
	return n
}

// WithoutEmoji returns s without its emoji, for people who chose so: a screen
// reader reads out the full name of each. The rest is left as it is, but for
// the space that followed an emoji.
func WithoutEmoji(s string) string {
	if n, _ := emojiIn(s); n == 0 {
		return s
	}
	var b strings.Builder
	dropped := false
	for _, r := range s {
		switch {
		case unicode.Is(emoji, r) || joins(r):
			dropped = true
			continue
		case dropped && r == ' ' && (b.Len() == 0 || strings.HasSuffix(b.String(), "\n") || strings.HasSuffix(b.String(), " ")):
			continue
		}
		dropped = false
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " ")
}

// checkEmoji allows one emoji, as a signpost at the start.
func checkEmoji(t *text, kind form, plain string) []Finding {
	n, first := emojiIn(plain)
	if n > 1 {
		return []Finding{t.finding(kind, "emoji", "the text has more than one emoji", "keep one, at the start")}
	}
	if n == 1 && !first {
		return []Finding{t.finding(kind, "emoji", "the emoji does not stand at the start", "move it to the start or take it out; it must not replace a word")}
	}
	return nil
}
