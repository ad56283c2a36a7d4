package main

import (
	"strings"
	"time"

	"arraigo/programme"
)

// maxVacancyLines is how many vacancies a report tells of; the rest is counted.
const maxVacancyLines = 1000

// vacancyTally is what the checklist of decent work says about a file.
type vacancyTally struct {
	read, shown, untold int
	lines               []string
}

// assess checks a vacancy as it will be checked before anybody sees it.
func (i *importing) assess(row int, v programme.Vacancy) {
	t := &i.vacancies
	t.read++
	a := i.data.DecentWork.Check(v, i.today)
	if a.Verdict.Publishable() {
		t.shown++
	}
	if a.Verdict == programme.Approved {
		return
	}
	if len(t.lines) == maxVacancyLines {
		t.untold++
		return
	}
	var reasons []string
	for _, f := range a.Findings {
		reasons = append(reasons, i.words.withMatched(i.words.text(f.Key(), i.words.params(f.Params)), f.Matched))
	}
	if a.Verdict == programme.ForReview {
		for _, r := range a.Reviews {
			reasons = append(reasons, i.words.withMatched(i.words.text(r.Key(), nil), r.Matched))
		}
	}
	t.lines = append(t.lines, i.words.text("import.vacancy", map[string]any{
		"row": row, "id": v.ID, "verdict": i.words.text("vacancy.verdict."+string(a.Verdict), nil), "reasons": strings.Join(reasons, " "),
	}))
}

// tell prints what was found while reading.
func (i *importing) tell(r programme.SheetReport) {
	if r.Sheet != "" {
		i.term.printf("%s\n", i.words.text("import.sheet", map[string]any{"sheet": r.Sheet}))
	}
	if len(r.Ignored) > 0 {
		i.term.printf("%s\n", i.words.text("import.ignored", map[string]any{"columns": i.words.list(r.Ignored)}))
	}
	for _, e := range r.Errors {
		i.term.printf("%s\n", i.words.rowError(e))
	}
	if r.Untold > 0 {
		i.term.printf("%s\n", i.words.text("import.untold", map[string]any{"count": r.Untold}))
	}
	for _, line := range i.vacancies.lines {
		i.term.printf("%s\n", line)
	}
	if t := i.vacancies; t.read > 0 {
		if t.untold > 0 {
			i.term.printf("%s\n", i.words.text("import.vacancies_untold", map[string]any{"count": t.untold}))
		}
		i.term.printf("%s\n", i.words.text("import.vacancies", map[string]any{"count": t.read, "shown": t.shown}))
	}
	i.term.printf("%s\n", i.words.text("import.read", map[string]any{"rows": r.Rows, "good": r.Good, "bad": r.Bad}))
}

// rowError is one mistake as a line.
func (w words) rowError(e programme.RowError) string {
	key := "import.row"
	switch {
	case e.Column != "" && e.Value != "":
		key = "import.cell_value"
	case e.Column != "":
		key = "import.cell"
	}
	line := w.text(key, map[string]any{
		"row": e.Row, "column": e.Column, "value": strings.ReplaceAll(e.Value, "\n", " "),
		"reason": w.text(e.Key(), map[string]any{"earlier": e.Earlier}),
	})
	if len(e.Suggestions) > 0 {
		line += " " + w.text("import.suggestions", map[string]any{"list": strings.Join(e.Suggestions, " / ")})
	}
	return line
}

func (w words) list(items []string) string { return w.catalog.List(w.lang, items) }

// withMatched adds the words of the offer that a reason rests on.
func (w words) withMatched(reason string, matched []string) string {
	if len(matched) == 0 {
		return reason
	}
	return reason + " " + w.text("import.words", map[string]any{"list": strings.Join(matched, " / ")})
}

// params writes the figures of a finding as the language does.
func (w words) params(figures map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range figures {
		switch v := value.(type) {
		case programme.Date:
			out[name] = w.catalog.DateYear(w.lang, v.At(0, time.UTC))
		case []string:
			var fields []string
			for _, column := range v {
				fields = append(fields, w.text("vacancy.field."+column, nil))
			}
			out[name] = w.list(fields)
		case int64:
			out[name] = value
			if name == "valor" {
				out[name] = w.catalog.Money(w.lang, v)
			}
		}
	}
	return out
}
