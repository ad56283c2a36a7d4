package flows

import (
	"fmt"
	"strings"
)

// Mermaid draws a flow as a Mermaid flowchart: a hexagon asks, a rounded box
// says a text, a box with double sides runs an action, a rhombus only decides,
// a flag goes to another flow. Ways in from triggers are dotted.
func (s *Set) Mermaid(f *Flow) string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	id := make(map[string]string, len(f.Steps))
	ends := false
	for i, step := range f.Steps {
		// Step ids may be words of Mermaid, such as end or class.
		id[step.ID] = fmt.Sprintf("s%d", i)
		fmt.Fprintf(&b, "    s%d%s\n", i, drawing(step))
		for _, to := range step.targets() {
			ends = ends || to == End
		}
	}
	id[End] = "e"
	if ends {
		b.WriteString("    e(((END)))\n")
	}
	for i, t := range s.triggers {
		if t.Flow == f.Name && len(f.Steps) > 0 {
			at := t.At
			if at == "" {
				at = f.Steps[0].ID
			}
			fmt.Fprintf(&b, "    t%d([%s]) -.-> %s\n", i, label("trigger "+t.Name), id[at])
		}
	}
	for _, step := range f.Steps {
		for _, branch := range step.Next {
			way := ""
			switch {
			case branch.If != nil:
				way = "|" + label(branch.If.Source()) + "|"
			case len(step.Next) > 1:
				way = "|" + label("else") + "|"
			}
			fmt.Fprintf(&b, "    %s -->%s %s\n", id[step.ID], way, id[branch.Then])
		}
	}
	return b.String()
}

// drawing is the shape and the words of a step.
func drawing(step *Step) string {
	words := step.ID
	add := func(line string) {
		if line != "" && line != step.ID {
			words += "\n" + line
		}
	}
	switch {
	case step.Collect != "":
		line := "asks " + step.Collect
		if step.AskAgain {
			line += " again"
		}
		add(line)
		for _, r := range step.Rejections {
			add("refuses " + r.If.Source())
		}
		return "{{" + label(words) + "}}"
	case strings.HasPrefix(step.Action, utterPrefix):
		add("says " + strings.TrimPrefix(step.Action, utterPrefix))
		return "(" + label(words) + ")"
	case step.Action != "":
		add("runs " + step.Action)
		return "[[" + label(words) + "]]"
	case step.Call != "":
		add("runs the flow " + step.Call)
		return ">" + label(words) + "]"
	case step.Link != "":
		add("goes to the flow " + step.Link)
		return ">" + label(words) + "]"
	case len(step.SetSlots) == 0:
		return "{" + label(words) + "}"
	}
	for _, set := range step.SetSlots {
		if len(set.Value) == 0 {
			add("forgets " + set.Slot)
		} else {
			add(set.Slot + " = " + strings.Join(set.Value, ", "))
		}
	}
	return "[" + label(words) + "]"
}

// mermaidEscapes are the characters that would end a quoted label, begin an
// entity or be read as markup.
var mermaidEscapes = strings.NewReplacer(
	"#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;", "\\", "#92;", "\n", "<br/>", "\r", "",
)

// label quotes words for Mermaid.
func label(words string) string { return `"` + mermaidEscapes.Replace(words) + `"` }
