package flows

import (
	"slices"

	"arraigo/programme"
)

// Index lists the audience indexes that a session belongs to, sorted. It is
// empty without consent: nobody is findable who did not agree. Sensitive slots
// are never indexed.
func Index(set *Set, s *Session) []Entry {
	t := &turn{set: set, s: *s}
	if !t.consented() {
		return nil
	}
	var entries []Entry
	for name, values := range s.Slots {
		slot := set.Slot(name)
		if slot == nil || slot.Index == "" || slot.Sensitive {
			continue
		}
		for _, v := range values {
			entries = append(entries, Entry{slot.Index, v})
			if slot.Type == Municipality && len(v) == 5 {
				entries = append(entries, Entry{"department", v[:2]})
			}
		}
	}
	for _, h := range s.Holds {
		entries = append(entries, h.entries()...)
	}
	for _, line := range programme.Lines() {
		if at, ok := s.Stage(string(line)); ok {
			entries = append(entries, at.entry())
		}
	}
	if s.Talk != 0 {
		entries = append(entries, Entry{"human", Yes})
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		if a.Dimension != b.Dimension {
			return compare(a.Dimension, b.Dimension)
		}
		return compare(a.Value, b.Value)
	})
	return slices.Compact(entries)
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
