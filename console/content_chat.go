package console

import (
	"arraigo/flows"
	"arraigo/programme"
)

// A chat is messages as a telephone shows them, with the keys below.
type chat struct {
	Title, Lang string
	Bubbles     []bubble
}

type bubble struct {
	Text any // template.HTML; nil: keys alone
	Rows [][]string
}

// chatOf shows a text in the conversation in which it is used, as set says it.
func (v *visit) chatOf(c *content, set *flows.Set, lang, key string) chat {
	return v.chatAt(set, lang, key, c.places[key])
}

// chatAt is chatOf at the first of some places that comes to show it.
func (v *visit) chatAt(set *flows.Set, lang, key string, places []flows.Place) chat {
	l, _ := set.Catalog.Language(lang)
	out := chat{Title: l.Name, Lang: lang}
	var messages []flows.Message
	offer := v.someOffer()
	for _, at := range places {
		if messages = set.Preview(lang, key, at, offer, v.now); messages != nil {
			break
		}
	}
	if messages == nil {
		messages = []flows.Message{set.Sample(lang, key, set.IsLabel(key, places))}
	}
	for _, m := range messages {
		b := bubble{}
		if m.HTML != "" {
			b.Text = phoneHTML(m.HTML)
		}
		for _, row := range m.Buttons {
			var words []string
			for _, key := range row {
				words = append(words, key.Text)
			}
			b.Rows = append(b.Rows, words)
		}
		out.Bubbles = append(out.Bubbles, b)
	}
	return out
}

// someOffer is a little of what is offered today, for a conversation that shows
// it; nothing while it cannot be read.
func (v *visit) someOffer() *programme.Offer {
	const some = 12
	l, err := v.listed()
	if err != nil {
		return nil
	}
	few := l.Catalogue
	few.Courses, few.Events, few.Vacancies = few.Courses[:min(some, len(few.Courses))], few.Events[:min(some, len(few.Events))], few.Vacancies[:min(some, len(few.Vacancies))]
	return programme.NewOffer(v.set.Data, few, l.Today)
}

// chatNote says how the telephone came to show what it shows.
func (v *visit) chatNote(places []flows.Place) string {
	for _, at := range places {
		if at.Shown() {
			return v.text("console.content.preview_at", "paso", at.Flow+"."+at.Step)
		}
	}
	return v.text("console.content.preview_alone")
}
