package flows

import (
	"fmt"
	"strings"
	"time"
)

// Document is the whole of docs/flows.md.
func (s *Set) Document() string {
	var b strings.Builder
	b.WriteString(`# The conversations

<!-- Written by the program; change flows/*.yaml and run: arraigo graph > docs/flows.md -->

Every flow as it is in ` + "`flows/*.yaml`" + `. A hexagon asks, a rounded box says a text, a box with double sides runs an action, a rhombus only decides, a flag goes to another flow. A question whose slot is filled is skipped.

## What works everywhere

| trigger | opens | comes back | before consent | in the menu of commands |
|---|---|---|---|---|
`)
	for _, t := range s.triggers {
		opens := "pattern " + t.Do
		if t.Flow != "" {
			opens = fmt.Sprintf("[%s](#%s)", t.Flow, t.Flow)
			if t.At != "" {
				opens += " at " + t.At
			}
		}
		name := t.Name
		if t.Tap {
			name += " (only a button)"
		}
		row(&b, name, opens, yesIf(t.Digress), yesIf(t.Guest), yesIf(t.Listed))
	}
	for _, f := range s.flows {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", f.Name, markdown.Replace(f.Description))
		notes := []string{fmt.Sprintf("Version %d", f.Version)}
		if f.Guest {
			notes = append(notes, "runs before consent")
		}
		if f.Standing {
			notes = append(notes, "its buttons work for ever")
		}
		fmt.Fprintf(&b, "%s.\n", strings.Join(notes, ", "))
		if len(f.Slots) > 0 {
			b.WriteString("\n| slot | type | values | kept | audience |\n|---|---|---|---|---|\n")
			for _, slot := range f.Slots {
				row(&b, slot.Name, kindNotes(slot), strings.Join(slot.Values, ", "), keepWords(slot.Keep), slot.Index)
			}
		}
		fmt.Fprintf(&b, "\n```mermaid\n%s```\n", s.Mermaid(f))
	}
	return b.String()
}

// markdown keeps a sentence from being read as HTML.
var markdown = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func row(b *strings.Builder, cells ...string) {
	for _, c := range cells {
		b.WriteString("| ")
		b.WriteString(strings.ReplaceAll(c, "|", `\|`))
		b.WriteString(" ")
	}
	b.WriteString("|\n")
}

func yesIf(yes bool) string {
	if yes {
		return "yes"
	}
	return ""
}

func kindNotes(s *Slot) string {
	words := string(s.Type)
	if s.Derived {
		words += ", derived"
	}
	if s.Sensitive {
		words += ", sensitive"
	}
	return words
}

func keepWords(k Keep) string {
	if k.Flow {
		return "until the flow ends"
	}
	return fmt.Sprintf("%d days", k.After/(24*time.Hour))
}
