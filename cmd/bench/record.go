package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"arraigo/cmd/bench/talk"
	"arraigo/emulator"
)

// lines are what the person of the bench does, as a transcript of flows writes
// it: a woman from Cúcuta with a food business, from the first hello to the
// last answer.
var lines = []string{
	"/start", "[Español]", "[Acepto]", "[De 29 a 59]", "cucuta", "[Soy de Venezuela]", "[PPT (permiso)]",
	"[▫️ Apoyo a mi negocio]", "[Listo]", "[Sí]", "[Sí, 6 meses o más]", "[Comida]", "[No]", "[Sí]", "[Sí, ver resultado]", "[Sí]",
}

// chatBurst is how many messages the program sends to one chat before it keeps
// to Telegram's one a second: a longer conversation would measure that.
const chatBurst = 20

// quiet is how long nothing must happen for a turn to count as over.
const quiet = 200 * time.Millisecond

// record talks to the bot of a town once and notes what it does.
func (w *town) record() (turns []talk.Turn, screens []screen, err error) {
	var mu sync.Mutex
	var turn talk.Turn
	var sent []int64    // ids of the bot's messages
	var expected int64  // the message that an edit must be about
	last := time.Time{} // when something happened
	w.listen(func(method string, body, answer []byte) {
		mu.Lock()
		defer mu.Unlock()
		last = time.Now()
		if e := note(&turn, &sent, expected, method, body, answer); e != nil && err == nil {
			err = e
		}
	})
	defer w.listen(nil)
	person := w.tg.AddUser(emulator.User{FirstName: "Persona", LanguageCode: "es"})
	sends := 0
	var before []emulator.Message
	for _, line := range lines {
		mu.Lock()
		turn, last = talk.Turn{}, time.Now()
		open := len(sent) - 1
		if open >= 0 {
			expected = sent[open]
		}
		mu.Unlock()
		if err := w.do(&turn, &expected, person, before, sent, line); err != nil {
			return nil, nil, err
		}
		for over := false; !over; time.Sleep(10 * time.Millisecond) {
			mu.Lock()
			over = w.tg.Stats().Pending == 0 && time.Since(last) > quiet
			mu.Unlock()
		}
		mu.Lock()
		if err == nil && len(turn.Sends)+len(turn.Edits) == 0 {
			err = fmt.Errorf("nothing happens after %s; last words:\n%s", line, w.bot.words.String())
		}
		if err != nil {
			mu.Unlock()
			return nil, nil, err
		}
		turns = append(turns, turn)
		sends += len(turn.Sends)
		mu.Unlock()
		after, err := w.tg.Messages(person, 0)
		if err != nil {
			return nil, nil, err
		}
		screens = append(screens, newsOf(line, before, after))
		before = after
	}
	if sends > chatBurst {
		return nil, nil, fmt.Errorf("the conversation has %d messages: with more than %d the pace of one chat would be measured", sends, chatBurst)
	}
	return turns, screens, nil
}

// do types, or taps the newest button with that label.
func (w *town) do(turn *talk.Turn, expected *int64, person int64, seen []emulator.Message, sent []int64, line string) error {
	label, tap := strings.CutPrefix(line, "[")
	if !tap {
		turn.Text = line
		_, err := w.tg.Say(person, line)
		return err
	}
	label = strings.TrimSuffix(label, "]")
	for i := len(seen) - 1; i >= 0; i-- {
		for _, row := range seen[i].Buttons {
			for _, b := range row {
				if b.Text != label {
					continue
				}
				for n, id := range sent {
					if id == seen[i].MessageID {
						turn.On = n
					}
				}
				turn.Data, *expected = b.Data, seen[i].MessageID
				_, err := w.tg.TapData(person, seen[i].MessageID, b.Data)
				return err
			}
		}
	}
	return fmt.Errorf("there is no button %s", line)
}

// note adds a call to the turn.
func note(turn *talk.Turn, sent *[]int64, expected int64, method string, body, answer []byte) error {
	var p struct {
		Chat    int64  `json:"chat_id"`
		Message int64  `json:"message_id"`
		Text    string `json:"text"`
		Mode    string `json:"parse_mode"`
		Markup  struct {
			Rows [][]talk.Button `json:"inline_keyboard"`
		} `json:"reply_markup"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	if p.Chat == 0 {
		return nil
	}
	switch method {
	case "sendMessage":
		id, ok := number(answer, `"message_id":`)
		if !ok {
			return fmt.Errorf("a message was refused: %s", answer)
		}
		*sent = append(*sent, id)
		turn.Sends = append(turn.Sends, talk.Message{Text: p.Text, Keyboard: p.Markup.Rows})
	case "editMessageText", "editMessageReplyMarkup":
		if p.Message != expected {
			return fmt.Errorf("an edit is about another message than the one tapped or open: the baseline cannot do the same")
		}
		turn.Edits = append(turn.Edits, talk.Edit{Text: p.Text, Keyboard: p.Markup.Rows})
	default:
		return fmt.Errorf("the program called %s, which the bench does not know", method)
	}
	return nil
}
