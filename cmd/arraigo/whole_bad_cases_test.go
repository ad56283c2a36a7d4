package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
)

// A nuisance is something that nobody asked for, and what the bot has to say to
// it: locale keys, so that it is looked for in the person's language.
type nuisance struct {
	name  string
	send  func(*visitor) error
	says  string // at an open question
	idle  string // when nothing is asked; empty: the same
	offer bool   // and the offer of a person
	gone  bool   // what the person sent is taken off the chat
}

// nuisanceMarks are in what is sent, and must be found nowhere afterwards.
var nuisanceMarks = []string{
	"marcatonta", "marcaderecha", "marcacontrol", "marcanegrita", "marcaplantilla", "marcaformato", "🦙🌵", "marcalarga",
	"1.093.456.789", "1093456789", "marca.correo@ejemplo.org", "300 999 8877", "marcafoto", "marcacedula", "+573017776655",
	"7.891234", "marcaeditada", "marcaorden", "marcaforjada", "Marcaciudad", "MARCAGRUPO", "MARCAROTA", "MARCASECRETO",
}

func types(text string) func(*visitor) error {
	return func(v *visitor) error { _, err := v.w.tg.Say(v.id, text); return err }
}

func sends(d emulator.Draft) func(*visitor) error {
	return func(v *visitor) error { _, err := v.w.tg.Write(v.id, d); return err }
}

// forges taps a button that is not on the newest message.
func forges(data string) func(*visitor) error { return func(v *visitor) error { return v.tap(data) } }

// injects sends a message that the phone of the emulator cannot write.
func injects(content string, value any) func(*visitor) error {
	return func(v *visitor) error {
		raw, err := json.Marshal(map[string]any{"message": map[string]any{
			"message_id": v.seen + 1, "date": time.Now().Unix(), content: value,
			"chat": map[string]any{"id": v.id, "type": "private"}, "from": map[string]any{"id": v.id, "first_name": "M", "language_code": v.language},
		}})
		v.w.tg.Inject(raw)
		return err
	}
}

// nuisances are what people send to the question for the age, or when nothing
// is asked, a few for each person: a chat is sent one message a second.
func nuisances() [][]nuisance {
	const age, idle = "screening.age.invalid", "nonsense.no_question"
	long := strings.Repeat("marcalarga", 500)
	return [][]nuisance{
		{
			{name: "nonsense", send: types("ñandú marcatonta"), says: age, idle: idle},
			{name: "nonsense again", send: types("34 o 35 marcatonta"), says: age, idle: idle},
			{name: "nonsense a third time", send: types("marcatonta"), says: age, idle: idle, offer: true},
			{name: "an age of 250", send: types("250"), says: age, idle: idle, offer: true},
			{name: "a command that is none", send: types("/marcaorden"), says: "nonsense.command"},
			{name: "a sticker", send: sends(emulator.Draft{Sticker: &emulator.DraftFile{Emoji: "🦙"}}), says: "unasked.sticker"},
		}, {
			{name: "emoji only", send: types("🦙🌵🦙🌵"), says: age, idle: idle},
			{name: "right to left", send: types("\u202emarcaderecha مرحبا"), says: age, idle: idle},
			{name: "markup", send: types("<b>marcanegrita</b>&lt;"), says: age, idle: idle, offer: true},
			{name: "a document number", send: types("mi cédula es 1.093.456.789"), says: "personal.not_kept", gone: true},
			{name: "an address", send: types("marca.correo@ejemplo.org"), says: "personal.not_kept", gone: true},
			{name: "a phone number", send: types("llámeme al 300 999 8877"), says: "personal.not_kept", gone: true},
		}, {
			{name: "control characters", send: types("\x07\x1b[31mmarcacontrol\x00\u2028"), says: age, idle: idle},
			{name: "a template", send: types("{{.}} {{.marcaplantilla}} {{"), says: age, idle: idle},
			{name: "a format", send: types("%!s(marcaformato) %n %d {place} ${HOME}"), says: age, idle: idle, offer: true},
			{name: "5,000 characters, the part that fits", send: types(long[:4096]), says: "nonsense.too_long"},
			{name: "5,000 characters, the rest", send: types(long[4096:]), says: "nonsense.too_long"},
			{name: "5,000 characters at once", send: injects("text", long), says: "nonsense.too_long"},
		}, {
			{name: "a voice", send: sends(emulator.Draft{Voice: &emulator.DraftFile{Duration: 3}}), says: "unasked.voice"},
			{name: "a photo", send: sends(emulator.Draft{Photo: &emulator.DraftFile{Caption: "marcafoto 1093456789"}}), says: "unasked.photo", gone: true},
			{name: "a document", send: sends(emulator.Draft{Document: &emulator.DraftFile{FileName: "marcacedula.pdf"}}), says: "unasked.photo", gone: true},
			{name: "a contact", send: sends(emulator.Draft{Contact: &emulator.Contact{PhoneNumber: "+573017776655", FirstName: "M"}}), says: "unasked.contact", gone: true},
			{name: "a location", send: sends(emulator.Draft{Location: &emulator.Location{Latitude: 7.891234, Longitude: -72.5}}), says: "unasked.location", gone: true},
			{name: "a dice", send: injects("dice", map[string]any{"emoji": "🎲", "value": 3}), says: "unasked.anything"},
		}, {
			{name: "an edited message", send: func(v *visitor) error { return v.w.tg.Edit(v.id, v.first, "marcaeditada") }, says: "unasked.edited"},
			{name: "a tap on a question answered long ago", send: func(v *visitor) error { return v.tapOn(v.asks, flows.AnswerData("language", "fr")) }, says: "stale.note"},
			{name: "a button that is none", send: forges("marcaforjada"), says: age, idle: idle},
			{name: "a slot that is none", send: forges(flows.AnswerData("marcaforjada", "si")), says: age, idle: idle},
			{name: "an outcome of one's own", send: forges(flows.AnswerData("outcome_laboral", "CUMPLE_PRELIMINAR")), says: age, idle: idle, offer: true},
			{name: "a command that is no button", send: forges(flows.TriggerData("marcaforjada", "x")), says: age, idle: idle, offer: true},
		}, {
			{name: "an option that is none", send: forges(flows.AnswerData("age", "99")), says: age, idle: "stale.note"},
			{name: "a move that is none", send: forges(flows.AnswerData("age", "!marcaforjada")), says: age, idle: "stale.note"},
			{name: "a vacancy with a path", send: forges(flows.TriggerData("vacancy", "../../marcaforjada")), says: age, idle: idle, offer: true},
			{name: "bytes as a button", send: forges("a:\x01\x02:\u202e"), says: age, idle: idle, offer: true},
		},
	}
}

// places are what people answer to the question for the municipality.
func places() []nuisance {
	return []nuisance{
		{name: "an unknown municipality", send: types("Marcaciudad del Norte"), says: "place.unknown"},
		{name: "a Venezuelan town", send: types("Maracaibo"), says: "place.foreign"},
		{name: "another one", send: types("San Cristóbal, Táchira"), says: "place.foreign", offer: true},
		{name: "a municipality by an unknown code", send: forges(flows.AnswerData("municipality", "99999")), says: "nonsense.municipality", offer: true},
	}
}

// unreadable are updates of which nothing can be made.
func unreadable() []string {
	return []string{
		`{"message":"MARCAROTA"}`,
		`{"message":{"message_id":"MARCAROTA","chat":{}}}`,
		`{"message":{"message_id":1,"date":1,"chat":{"id":"MARCAROTA","type":"private"},"text":"x"}}`,
		`{"callback_query":{"id":7,"data":{"MARCAROTA":1}}}`,
		`{"my_chat_member":[["MARCAROTA"]]}`,
		fmt.Sprintf(`{"message":{"message_id":1%s}}`, strings.Repeat("0", 40)),
	}
}
