package bot

import (
	"strings"
	"testing"

	"arraigo/store"
)

func TestWhatIsTakenFromAMessage(t *testing.T) {
	for _, tc := range []struct {
		name, message string
		want          store.Piece
		why           refusal
	}{
		{"a text", `{"text":"Hola <b>","entities":[{"type":"bold","offset":0,"length":4}]}`, store.Piece{HTML: "<b>Hola</b> &lt;b&gt;"}, taken},
		{"a forwarded one", `{"text":"Hola","forward_origin":{"type":"hidden_user"}}`, store.Piece{HTML: "Hola"}, taken},
		{"a photo: the largest", `{"photo":[{"file_id":"s","file_size":1},{"file_id":"l","file_size":9}],"caption":"Feria","caption_entities":[{"type":"italic","offset":0,"length":5}]}`,
			store.Piece{HTML: "<i>Feria</i>", Media: "photo", FileID: "l"}, taken},
		{"a document without words", `{"document":{"file_id":"d","file_size":20971520}}`, store.Piece{Media: "document", FileID: "d"}, taken},
		{"a voice", `{"voice":{"file_id":"v"}}`, store.Piece{Media: "voice", FileID: "v"}, taken},
		{"a video", `{"video":{"file_id":"v"}}`, store.Piece{Media: "video", FileID: "v"}, taken},
		{"too heavy", `{"document":{"file_id":"d","file_size":20971521}}`, store.Piece{}, refusedHeavy},
		{"of an album", `{"photo":[{"file_id":"l"}],"media_group_id":"1"}`, store.Piece{}, refusedAlbum},
		{"a moving picture", `{"animation":{"file_id":"a"},"document":{"file_id":"a"}}`, store.Piece{}, refusedMoving},
		{"music", `{"audio":{"file_id":"a"}}`, store.Piece{}, refusedAudio},
		{"a round video", `{"video_note":{"file_id":"a"}}`, store.Piece{}, refusedNote},
		{"a sticker", `{"sticker":{"file_id":"a"}}`, store.Piece{}, refusedSticker},
		{"a poll", `{"poll":{"question":"?"}}`, store.Piece{}, refusedPoll},
		{"a place", `{"location":{"latitude":1,"longitude":2}}`, store.Piece{}, refusedPlace},
		{"a venue", `{"venue":{},"location":{"latitude":1,"longitude":2}}`, store.Piece{}, refusedPlace},
		{"a contact", `{"contact":{"phone_number":"1"}}`, store.Piece{}, refusedContact},
		{"a dice", `{"dice":{"value":1}}`, store.Piece{}, refusedOther},
		{"a photo without an id", `{"photo":[{}]}`, store.Piece{}, refusedOther},
		{"blanks", `{"text":" \n"}`, store.Piece{}, refusedOther},
	} {
		w, err := readWritten([]byte(`{"update_id":1,"message":` + tc.message + `}`))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got, _, why := w.piece(); got != tc.want || why != tc.why {
			t.Errorf("%s: %+v %q, want %+v %q", tc.name, got, why, tc.want, tc.why)
		}
	}
	for _, raw := range []string{`{"update_id":1}`, `{`, `{"message":{"text":[]}}`} {
		if _, err := readWritten([]byte(raw)); err == nil || strings.Contains(err.Error(), "text") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
