package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

// A persona is an invented person of the demo and how far they have come.
type persona struct {
	user  emulator.User
	steps []step
}

// A step is what a persona does once the bot has answered the one before: write
// words, or press the button whose callback data begins so.
type step struct{ words, press string }

func writes(words string) step        { return step{words: words} }
func answers(slot, value string) step { return step{press: flows.AnswerData(slot, value)} }
func goes(trigger string) step        { return step{press: flows.TriggerData(trigger)} }
func chooses(slot, first string) []step { // boxes to tick: one, then "done"
	return []step{answers(slot, first), answers(slot, "!done")}
}

// personas are people in different situations: one is new, one hesitates at the
// consent, one speaks another language, one is half way, one has finished.
func personas() []persona {
	welcome := []step{writes("/start"), answers("language", "es"), answers("consent_answer", "acepto")}
	join := func(parts ...[]step) (all []step) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	one := func(s ...step) []step { return s }
	return []persona{
		// 24 years, from Maracaibo, in Cúcuta with a permit and a food business. Wants
		// to be told of what there is: what the team announces reaches her.
		{emulator.User{FirstName: "Yulimar", LastName: "Urdaneta", LanguageCode: "es"}, join(welcome,
			one(answers("age", "18_28"), writes("cucuta"),
				answers("population", "migrante_ve"), answers("document", "PPT")),
			chooses("seeks", "negocio"),
			one(answers("stay", "si"), answers("business", "6m_o_mas"), answers("sector", "comida"),
				answers("seed_capital", "no"), answers("classes", "si"), answers("summary_right", "si"), answers("offers", "si")))},
		// Came back to Colombia after many years; is asked about the document.
		{emulator.User{FirstName: "Wilson", LastName: "Rincón", Username: "wilson_rincon", LanguageCode: "es-419"}, join(welcome,
			one(answers("age", "29_59"), writes("Maicao"), answers("population", "retornado")))},
		// Host community, reads slowly; stands at the consent text.
		{emulator.User{FirstName: "Doña Carmen", LanguageCode: "es"}, one(writes("buenas tardes"), answers("language", "es"))},
		// From Haiti; chose Kreyòl and looks for a number to call.
		{emulator.User{FirstName: "Jean", LastName: "Baptiste", LanguageCode: "fr"}, one(writes("bonjou"), answers("language", "ht"), goes("help"))},
		// Agreed and asked for somebody of the team: the staff group has her case.
		{emulator.User{FirstName: "Marlenis", LastName: "Soto", LanguageCode: "es"}, join(welcome, one(writes("/persona")))},
		// Looks for work in kitchens and has the last place of a course: who enrols
		// now waits in line, until she gives it back (/mis_cupos). She goes to an
		// event, of which she is reminded once the clock of the page is moved.
		{emulator.User{FirstName: "Andreína", LastName: "Colmenares", LanguageCode: "es"}, join(welcome,
			one(answers("age", "29_59"), writes("cucuta"), answers("population", "migrante_ve"), answers("document", "PPT")),
			chooses("seeks", "trabajo"),
			one(answers("stay", "si"), answers("business", "no"), writes("cocina"), answers("occupations", "!done"),
				answers("experience", "mas_24m"), answers("working_time", "completa"), answers("summary_right", "si"), answers("offers", "si"),
				writes("/cursos"), answers("course_search", "todos"), answers("course", fullCourse), answers("course_act", "inscribir"),
				writes("/eventos"), answers("event_search", "trabajo"), answers("event", "E-08"), answers("event_act", "inscribir"), answers("event_adults", "0")))},
		// New: nothing has been said yet.
		{emulator.User{FirstName: "Emma", LastName: "Clarke", LanguageCode: "en"}, nil},
	}
}

// A colleague is a member of the demo's team.
type colleague struct {
	store.Staff
	phone string // first name of their telephone; "" for none
}

// luz is the number of who administers the bot and reads reports. It puts the
// phones of the team after those of the people.
const luz = 9_000_000_001

// colleagues are one of each role, so that the console can be tried as any of
// them. Those who write to people have a telephone, for test messages.
var colleagues = []colleague{
	{store.Staff{Name: "Luz Marina Gil", Role: store.RoleAdmin, Reports: true}, "Luz"},
	{store.Staff{Name: "Nohora Beltrán", Role: store.RoleCoordinator, Reports: true}, "Nohora"},
	{store.Staff{Name: "Deivis Pertuz", Role: store.RoleOfficer}, "Deivis"},
	{store.Staff{Name: "Amparo Ruiz", Role: store.RoleViewer}, ""},
	{store.Staff{Name: "Samuel Ortiz", Role: store.RoleAuditor}, ""},
}

// addTeam adds the phones of the team, and the group in which it answers people.
// Each has opened the chat with the bot.
func addTeam(phone *emulator.Server) (group int64, err error) {
	var members []int64
	for i, c := range colleagues {
		if c.phone != "" {
			members = append(members, phone.AddUser(emulator.User{ID: luz + int64(i), FirstName: c.phone, LastName: "(equipo)", LanguageCode: "es"}))
		}
	}
	return phone.AddGroup(emulator.Group{Title: "Equipo Arraigo", Type: "supergroup", Members: members})
}

// seedTeam makes the team. Who has no phone is invited, and signs in all the same:
// it is a demo.
func seedTeam(ctx context.Context, s *store.Store, phone *emulator.Server, now time.Time) error {
	for i, c := range colleagues {
		if c.Role == store.RoleAdmin {
			m, err := s.EnsureAdmin(ctx, luz+int64(i), now)
			if err != nil {
				return err
			}
			m.Name, m.Reports = c.Name, c.Reports
			if _, err := s.ChangeStaff(ctx, m); err != nil {
				return err
			}
		} else {
			_, code, err := s.InviteStaff(ctx, c.Staff, now)
			if err != nil {
				return err
			}
			if c.phone == "" {
				continue
			}
			if _, err := s.AcceptInvitation(ctx, code, luz+int64(i), now); err != nil {
				return err
			}
		}
		// Before the bot runs: it shows each of the team their own menu, and can
		// do so only in a chat that was opened.
		if _, err := phone.Start(luz+int64(i), ""); err != nil {
			return err
		}
	}
	return nil
}

// stepWithin is how long a persona waits for the bot.
const stepWithin = 20 * time.Second

// prepare adds the personas and lets each play up to their point, all at once.
func prepare(ctx context.Context, phone *emulator.Server, all []persona, log *slog.Logger) {
	var group sync.WaitGroup
	for _, p := range all {
		id := phone.AddUser(p.user)
		group.Go(func() {
			if err := playAll(ctx, phone, id, p.steps); err != nil && ctx.Err() == nil {
				log.Warn("a person of the demo stopped half way", "error", err)
			}
		})
	}
	group.Wait()
}

// playAll does the steps, each once the bot answered the one before.
func playAll(ctx context.Context, phone *emulator.Server, chat int64, steps []step) error {
	for i, s := range steps {
		err := s.play(ctx, phone, chat)
		if err != nil && i > 0 && steps[i-1].words != "" {
			// On a slow machine words may come before their question could be seen,
			// and count for nothing: as people do, say them again.
			if err = steps[i-1].play(ctx, phone, chat); err == nil {
				err = s.play(ctx, phone, chat)
			}
		}
		if err != nil {
			return fmt.Errorf("step %d (%s): %w", i+1, s.press, err)
		}
	}
	return nil
}

// play does the step and waits until the bot has answered it.
func (s step) play(ctx context.Context, phone *emulator.Server, chat int64) error {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	var before string
	if s.words != "" {
		if _, err := phone.Say(chat, s.words); err != nil {
			return err
		}
		before = seen(phone, chat)
	} else {
		at, err := s.find(ctx, phone, chat)
		if err != nil {
			return err
		}
		before = seen(phone, chat)
		if _, _, err := phone.Tap(chat, at.message, at.row, at.column); err != nil {
			return err
		}
	}
	return await(ctx, func() bool { return seen(phone, chat) != before && asked(phone, chat) })
}

// spot is one button on a phone.
type spot struct {
	message     int64
	row, column int
}

// find waits for the newest button with the step's callback data.
func (s step) find(ctx context.Context, phone *emulator.Server, chat int64) (at spot, err error) {
	err = await(ctx, func() bool {
		messages, err := phone.Messages(chat, 0)
		if err != nil {
			return false
		}
		for i := len(messages) - 1; i >= 0; i-- {
			for row, buttons := range messages[i].Buttons {
				for column, b := range buttons {
					if strings.HasPrefix(b.Data, s.press) {
						at = spot{messages[i].MessageID, row, column}
						return true
					}
				}
			}
		}
		return false
	})
	if err != nil {
		return at, fmt.Errorf("no button %s: %w", s.press, err)
	}
	return at, nil
}

// seen is the whole of a chat as its phone shows it, to notice a change.
func seen(phone *emulator.Server, chat int64) string {
	messages, err := phone.Messages(chat, 0)
	if err != nil {
		return ""
	}
	return fmt.Sprint(messages)
}

// asked reports whether the last message is the bot's and has buttons. The one
// that stays under an answered question asks nothing: the next is on its way.
func asked(phone *emulator.Server, chat int64) bool {
	messages, err := phone.Messages(chat, 0)
	if err != nil || len(messages) == 0 {
		return false
	}
	last := messages[len(messages)-1]
	answered := len(last.Buttons) == 1 && len(last.Buttons[0]) == 1 && strings.HasPrefix(last.Buttons[0][0].Text, "✓")
	return last.From == "bot" && len(last.Buttons) > 0 && !answered
}

// await looks again and again until ok, or until ctx ends.
func await(ctx context.Context, ok func() bool) error {
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return errors.New("the bot did not answer in time")
		case <-tick.C:
		}
	}
	return nil
}
