package flows

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"arraigo/programme"

	"github.com/agnivade/levenshtein"
)

// readOption answers the open question if the words are one of its options:
// its label in the person's language or in Spanish, one of its extra words, or
// its number in the order shown. Nothing fuzzy: that is for read.
func (t *turn) readOption(slot *Slot, typed, norm string) bool {
	if norm == "" {
		return false
	}
	switch slot.Type {
	case Categorical, Boolean, Catalogue:
		for _, o := range t.typedOptions(slot) {
			if t.means(slot, o, norm) {
				t.choose(slot, o)
				return true
			}
		}
		shown := t.visible(slot)
		if n, err := strconv.Atoi(strings.TrimRight(typed, " .)")); err == nil && n >= 1 && n <= len(shown) {
			t.choose(slot, shown[n-1])
			return true
		}
	case Multi:
		if values, ok := t.readList(slot, typed, norm); ok {
			t.accept(slot, values, t.labels(slot, values))
			return true
		}
	case Municipality, Occupation:
		for _, v := range slot.Values {
			if o := (option{value: v, label: t.set.label(slot, v)}); t.means(slot, o, norm) {
				t.accept(slot, []string{v}, o.label)
				return true
			}
		}
	}
	return t.readButton(slot, typed, norm)
}

// readButton takes words or a number for one of the buttons shown that are no
// option of the slot itself: Done, the list, a place proposed.
func (t *turn) readButton(slot *Slot, typed, norm string) bool {
	if slot.Type != Multi && slot.Type != Municipality && slot.Type != Occupation {
		return false
	}
	n, _ := strconv.Atoi(strings.TrimRight(typed, " .)"))
	for _, row := range t.slotButtons(slot) {
		for _, b := range row {
			n--
			if n != 0 && (b.Label.Key == "" || programme.Normalize(t.set.words(t.s.Language, b.Label)) != norm) {
				continue
			}
			_, value, _ := parseAnswer(b.Data)
			if slot.Type == Multi && value != controlDone {
				return false // boxes are read as a list, or not at all
			}
			t.tapped(slot, value)
			return true
		}
	}
	return false
}

// typedOptions are the options with the ones that must be typed.
func (t *turn) typedOptions(slot *Slot) []option {
	all := t.options(slot)
	for _, v := range slot.Typed {
		all = append(all, option{value: v, label: t.set.label(slot, v)})
	}
	return all
}

// means reports whether normalised words name an option.
func (t *turn) means(slot *Slot, o option, norm string) bool {
	heard := programme.Sound(norm)
	for _, word := range t.names(slot, o) {
		if word == norm || programme.Sound(word) == heard {
			return true
		}
	}
	return false
}

// names are the normalised words for an option.
func (t *turn) names(slot *Slot, o option) []string {
	var names []string
	for _, lang := range []string{t.s.Language, "es"} {
		names = append(names, programme.Normalize(t.set.words(lang, o.label)))
		for _, key := range []string{wordsKey(slot.Flow, slot, o.value), sharedWordsKey(o.value)} {
			if t.set.Catalog.Has("es", key) {
				for _, w := range t.set.Catalog.Words(lang, key) {
					names = append(names, programme.Normalize(w))
				}
			}
		}
	}
	if o.typed != "" {
		names = append(names, programme.Normalize(o.typed))
	}
	return names
}

// separators part a typed list in the languages spoken here.
var separators = regexp.MustCompile(`(?i)\s*[,;/+]\s*|\s+(?:y|e|and|et|ak)\s+`)

// readList reads several options in one text: "1, 3", "1 3", "negocio y
// trabajo". Every part must be an option.
func (t *turn) readList(slot *Slot, typed, norm string) ([]string, bool) {
	var parts []string
	for _, part := range separators.Split(typed, -1) {
		if part = programme.Normalize(part); part != "" {
			parts = append(parts, part)
		}
	}
	if values, ok := t.readParts(slot, parts); ok {
		return values, true
	}
	return t.readParts(slot, strings.Fields(norm))
}

func (t *turn) readParts(slot *Slot, parts []string) ([]string, bool) {
	chosen := map[string]bool{}
	if len(parts) > len(slot.Values) {
		return nil, false
	}
	for _, part := range parts {
		found := false
		for i, v := range slot.Values {
			if n, err := strconv.Atoi(part); err == nil && n == i+1 || err != nil && t.means(slot, option{value: v, label: t.set.label(slot, v)}, part) {
				chosen[v], found = true, true
				break
			}
		}
		if !found {
			return nil, false
		}
	}
	var values []string
	for _, v := range slot.Values {
		if chosen[v] {
			values = append(values, v)
		}
	}
	if len(values) < max(slot.Min, 1) || slot.Max > 0 && len(values) > slot.Max {
		return nil, false
	}
	for _, v := range slot.Alone {
		if chosen[v] && len(values) > 1 {
			return nil, false
		}
	}
	return values, true
}

// read makes what it can of words that are no option as they stand.
func (t *turn) read(slot *Slot, typed, norm string) {
	switch slot.Type {
	case Municipality:
		t.readPlace(slot, norm)
	case Occupation:
		t.readOccupation(slot, typed)
	case Number:
		t.readNumber(slot, norm)
	case FreeText:
		t.readText(slot, typed)
	case Date:
		t.readDate(slot, typed)
	case Contact, Location:
		t.nonsense()
	default:
		if read := catalogues[slot.Options].read; slot.Type == Catalogue && read != nil {
			if fills := read(t, typed); len(fills) > 0 {
				for name, values := range fills {
					t.fill(name, values)
				}
				t.enter(t.s.Flow, "")
				return
			}
		}
		if value, out, ok := band(slot, norm); ok {
			if out {
				t.nonsense()
				return
			}
			t.accept(slot, []string{value}, t.set.label(slot, value))
			return
		}
		if o, ok := t.nearest(slot, norm); ok {
			t.nonsense(Key("nonsense.did_you_mean").With("option", o.label))
			return
		}
		t.nonsense()
	}
}

// nearest is the one option that a typing mistake away was meant; it is never
// taken without a tap.
func (t *turn) nearest(slot *Slot, norm string) (option, bool) {
	if len(norm) < 3 || len(norm) > 40 {
		return option{}, false
	}
	var best option
	found := 0
	for _, o := range t.typedOptions(slot) {
		for _, name := range t.names(slot, o) {
			limit := 2
			if len(name) <= 5 {
				limit = 1
			}
			if len(name) >= 3 && (levenshtein.ComputeDistance(norm, name) <= limit || strings.HasPrefix(name, norm+" ")) {
				if best.value != o.value {
					found++
				}
				best = o
				break
			}
		}
	}
	return best, found == 1
}

// band finds the value of a slot of number bands (menor_18, 18_28, 60_mas) for
// a number somewhere in the words ("tengo 34 años"). out means that there is a
// number and no person is that old.
func band(slot *Slot, norm string) (value string, out, ok bool) {
	n := -1
	for _, word := range strings.Fields(norm) {
		if v, err := strconv.Atoi(word); err == nil {
			if n >= 0 {
				return "", false, false
			}
			n = v
		}
	}
	if n < 0 {
		return "", false, false
	}
	banded := false
	for _, v := range slot.Values {
		from, to, is := bandLimits(v)
		banded = banded || is
		if is && n >= from && n <= to {
			return v, false, true
		}
	}
	return "", true, banded
}

// oldest is the highest age that is taken for one.
const oldest = 120

func bandLimits(value string) (from, to int, ok bool) {
	if rest, cut := strings.CutPrefix(value, "menor_"); cut {
		n, err := strconv.Atoi(rest)
		return 0, n - 1, err == nil
	}
	low, high, cut := strings.Cut(value, "_")
	from, err := strconv.Atoi(low)
	if !cut || err != nil {
		return 0, 0, false
	}
	if high == "mas" {
		return from, oldest, true
	}
	to, err = strconv.Atoi(high)
	return from, to, err == nil
}

func (t *turn) readNumber(slot *Slot, norm string) {
	n, err := strconv.Atoi(strings.ReplaceAll(norm, " ", ""))
	if err != nil || n < slot.Min || slot.Max > 0 && n > slot.Max {
		low, high := slot.Min, slot.Max
		t.nonsense(t.invalid(slot).With("min", Text{Count: &low}).With("max", Text{Count: &high}))
		return
	}
	shown := strconv.Itoa(n)
	t.accept(slot, []string{shown}, Literal(shown))
}

// readText keeps free words, without numbers that could be a document's.
func (t *turn) readText(slot *Slot, typed string) {
	limit := slot.Max
	if limit == 0 {
		limit = 300
	}
	switch n := len([]rune(typed)); {
	case n < max(slot.Min, 1):
		t.nonsense()
		return
	case n > limit:
		t.nonsense(Key("nonsense.too_long"))
		return
	}
	if !slot.Unmasked {
		typed = mask(typed)
	}
	t.accept(slot, []string{typed}, Literal(typed))
}

// readDate reads day, month and year in the order written in Colombia.
func (t *turn) readDate(slot *Slot, typed string) {
	for _, layout := range []string{"2/1/2006", "2-1-2006", "2.1.2006", "2 1 2006", "2006-1-2"} {
		if d, err := time.Parse(layout, typed); err == nil && d.Year() >= 1900 && d.Year() < 2100 {
			t.accept(slot, []string{d.Format("2006-01-02")}, Text{Date: d.Unix() + 12*3600})
			return
		}
	}
	t.nonsense()
}
