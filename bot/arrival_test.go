package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
)

const who = `"from":{"id":11,"is_bot":false,"first_name":"Ana","last_name":"Pérez","username":"anap","language_code":"es-CO"}`
const private = `"chat":{"id":11,"type":"private","first_name":"Ana"}`

// msg is a message of a person in a private chat with the given fields.
func msg(fields string) string {
	return `{"update_id":100,` + "\n" + `"message":{"message_id":5,"date":1700000000,` + who + `,` + private + `,` + fields + `}}`
}

// The updates are written after the Bot API's own documentation.
func TestReadUpdate(t *testing.T) {
	text := func(s string) flows.Input {
		return flows.Input{Kind: flows.InputText, Text: s, Message: 5, Language: "es-CO"}
	}
	kind := func(k flows.InputKind) flows.Input {
		return flows.Input{Kind: k, Message: 5, Language: "es-CO"}
	}
	filed := func(k flows.InputKind, caption string) flows.Input {
		return flows.Input{Kind: k, Message: 5, Language: "es-CO", File: "x", Caption: caption}
	}
	command := func(name, args string) flows.Input {
		return flows.Input{Kind: flows.InputCommand, Name: name, Text: args, Message: 5, Language: "es-CO"}
	}
	const file = `{"file_id":"x","file_unique_id":"y"`
	for _, tc := range []struct {
		name, update string
		route        route
		chat         int64
		query        string
		want         flows.Input
	}{
		{"text", msg(`"text":"Bogotá"`), toTurn, 11, "", text("Bogotá")},
		{"escaped text", msg(`"text":"\u00bfS\u00ed? \ud83d\ude00"`), toTurn, 11, "", text("¿Sí? 😀")},
		{"half a surrogate", msg(`"text":"a\ud83d"`), toTurn, 11, "", text("a\uFFFD")},
		{"markup is only text", msg(`"text":"<b>{{.}}</b>"`), toTurn, 11, "", text("<b>{{.}}</b>")},
		{"command", msg(`"text":"/Ayuda","entities":[{"type":"bot_command","offset":0,"length":6}]`), toTurn, 11, "", command("ayuda", "")},
		{"command to us", msg(`"text":"/ayuda@arraigobot ya"`), toTurn, 11, "", command("ayuda", "ya")},
		{"command to another bot", msg(`"text":"/ayuda@OtroBot"`), toTurn, 11, "", text("/ayuda@OtroBot")},
		{"command in the middle", msg(`"text":"escribí /ayuda"`), toTurn, 11, "", text("escribí /ayuda")},
		{"start with a payload", msg(`"text":"/start feria_1"`), toTurn, 11, "", command("start", "feria_1")},
		{"start with a bad payload", msg(`"text":"/start <script>"`), toTurn, 11, "", command("start", "")},
		{"voice", msg(`"voice":` + file + `,"duration":3}`), toTurn, 11, "", filed(flows.InputVoice, "")},
		{"audio", msg(`"audio":` + file + `}`), toTurn, 11, "", filed(flows.InputVoice, "")},
		{"video note", msg(`"video_note":` + file + `}`), toTurn, 11, "", filed(flows.InputVoice, "")},
		{"photo with a caption", msg(`"photo":[` + file + `}],"caption":"si"`), toTurn, 11, "", filed(flows.InputPhoto, "si")},
		{"video", msg(`"video":` + file + `}`), toTurn, 11, "", filed(flows.InputPhoto, "")},
		{"animation comes with a document", msg(`"animation":` + file + `},"document":` + file + `}`), toTurn, 11, "", filed(flows.InputPhoto, "")},
		{"sticker", msg(`"sticker":` + file + `}`), toTurn, 11, "", filed(flows.InputSticker, "")},
		{"document", msg(`"document":` + file + `}`), toTurn, 11, "", filed(flows.InputDocument, "")},
		{"poll", msg(`"poll":{"id":"1"}`), toTurn, 11, "", kind(flows.InputOther)},
		{"dice", msg(`"dice":{"emoji":"🎲","value":3}`), toTurn, 11, "", kind(flows.InputOther)},
		{"something of next year", msg(`"hologram":{"depth":3}`), toTurn, 11, "", kind(flows.InputOther)},
		{"a forward of a kind unknown", msg(`"text":"hola","forward_origin":{"type":"telepathy"}`), toTurn, 11, "", text("hola")},
		{"empty text", msg(`"text":""`), toTurn, 11, "", kind(flows.InputOther)},
		{"nulls", msg(`"text":null,"voice":null,"contact":null,"location":null,"pinned_message":null,"sticker":{}`), toTurn, 11, "", kind(flows.InputSticker)},
		{"own contact", msg(`"contact":{"phone_number":"+573001112233","first_name":"Ana","user_id":11}`), toTurn, 11, "",
			flows.Input{Kind: flows.InputContact, Phone: "+573001112233", Own: true, Message: 5, Language: "es-CO"}},
		{"contact of somebody else", msg(`"contact":{"phone_number":"+573001112233","first_name":"Eva","user_id":12}`), toTurn, 11, "",
			flows.Input{Kind: flows.InputContact, Phone: "+573001112233", Message: 5, Language: "es-CO"}},
		{"contact without account", msg(`"contact":{"phone_number":"+573001112233","first_name":"Eva"}`), toTurn, 11, "",
			flows.Input{Kind: flows.InputContact, Phone: "+573001112233", Message: 5, Language: "es-CO"}},
		{"location", msg(`"location":{"latitude":4.6,"longitude":-74.08}`), toTurn, 11, "",
			flows.Input{Kind: flows.InputLocation, Latitude: 4.6, Longitude: -74.08, Message: 5, Language: "es-CO"}},
		{"venue", msg(`"venue":{"location":{"latitude":4.6,"longitude":-74.08},"title":"x","address":"y"}`), toTurn, 11, "",
			flows.Input{Kind: flows.InputLocation, Latitude: 4.6, Longitude: -74.08, Message: 5, Language: "es-CO"}},
		{"pinned message", msg(`"pinned_message":{"message_id":1}`), toNobody, 11, "", flows.Input{Language: "es-CO"}},
		{"auto-delete timer", msg(`"message_auto_delete_timer_changed":{"message_auto_delete_time":86400}`), toNobody, 11, "", flows.Input{Language: "es-CO"}},
		{"without from", `{"update_id":1,"message":{"message_id":5,"date":1,` + private + `,"text":"hola"}}`, toTurn, 11, "",
			flows.Input{Kind: flows.InputText, Text: "hola", Message: 5}},
		{"a person with a first name only", `{"update_id":1,"message":{"message_id":5,"date":1,"from":{"id":11,"is_bot":false,"first_name":"A"},` + private + `,"text":"hola"}}`, toTurn, 11, "",
			flows.Input{Kind: flows.InputText, Text: "hola", Message: 5}},
		{"another bot", `{"update_id":1,"message":{"message_id":5,"date":1,"from":{"id":9,"is_bot":true,"first_name":"B"},"chat":{"id":9,"type":"private"},"text":"/start"}}`, toNobody, 0, "", flows.Input{}},
		{"chat of type sender", `{"update_id":1,"message":{"message_id":5,"date":1,` + who + `,"chat":{"id":11,"type":"sender"},"text":"hola"}}`, toNobody, 11, "", flows.Input{Language: "es-CO"}},
		{"edited text", `{"update_id":1,"edited_message":{"message_id":5,"date":1,"edit_date":2,` + who + `,` + private + `,"text":"no"}}`, toTurn, 11, "",
			flows.Input{Kind: flows.InputEdited, Text: "no", Message: 5, Language: "es-CO"}},
		{"live location", `{"update_id":1,"edited_message":{"message_id":5,"date":1,` + who + `,` + private + `,"location":{"latitude":1,"longitude":2}}}`, toNobody, 0, "", flows.Input{}},
		{"tap", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"message":{"message_id":6,"date":1,` + private + `},"chat_instance":"1","data":"a:age:18_28"}}`, toTurn, 11, "77",
			flows.Input{Kind: flows.InputTap, Data: "a:age:18_28", Message: 6, Language: "es-CO"}},
		{"tap on an inaccessible message", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"message":{"message_id":6,"date":0,` + private + `},"data":"x"}}`, toTurn, 11, "77",
			flows.Input{Kind: flows.InputTap, Data: "x", Message: 6, Language: "es-CO"}},
		{"tap without message", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"data":"x"}}`, toTurn, 11, "77",
			flows.Input{Kind: flows.InputTap, Data: "x", Language: "es-CO"}},
		{"tap of a game", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"game_short_name":"x"}}`, toTurn, 11, "77",
			flows.Input{Kind: flows.InputTap, Language: "es-CO"}},
		{"tap with too much data", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"data":"` + strings.Repeat("x", 65) + `"}}`, toTap, 0, "77", flows.Input{}},
		{"tap in a group", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"message":{"message_id":6,"date":1,"chat":{"id":-5,"type":"group"}},"data":"x"}}`, toTap, 0, "77",
			flows.Input{Kind: flows.InputTap, Data: "x", Language: "es-CO"}},
		{"tap of one person in the chat of another", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"message":{"message_id":6,"date":1,"chat":{"id":12,"type":"private"}},"data":"x"}}`, toTap, 0, "77",
			flows.Input{Kind: flows.InputTap, Data: "x", Language: "es-CO"}},
		{"tap on an inline message", `{"update_id":1,"callback_query":{"id":"77",` + who + `,"inline_message_id":"z","data":"x"}}`, toTap, 0, "77", flows.Input{}},
		{"tap without from", `{"update_id":1,"callback_query":{"id":"77","data":"x"}}`, toTap, 0, "77", flows.Input{}},
		{"blocked", `{"update_id":1,"my_chat_member":{"chat":{"id":11,"type":"private"},` + who + `,"date":1,"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked","until_date":0}}}`, toBlocked, 11, "", flows.Input{}},
		{"unblocked", `{"update_id":1,"my_chat_member":{"chat":{"id":11,"type":"private"},` + who + `,"date":1,"old_chat_member":{"status":"kicked"},"new_chat_member":{"status":"member"}}}`, toTurn, 11, "",
			flows.Input{Kind: flows.InputUnblock, Language: "es-CO"}},
		{"added to a group", `{"update_id":1,"my_chat_member":{"chat":{"id":-5,"type":"group"},` + who + `,"date":1,"old_chat_member":{"status":"left"},"new_chat_member":{"status":"member"}}}`, toNobody, 0, "", flows.Input{}},
		{"command in a group", `{"update_id":1,"message":{"message_id":5,"date":1,` + who + `,"chat":{"id":-5,"type":"supergroup","title":"g"},"text":"/start@ArraigoBot"}}`, toGroup, -5, "", flows.Input{Language: "es-CO"}},
		{"mention in a group", `{"update_id":1,"message":{"message_id":5,"date":1,` + who + `,"chat":{"id":-5,"type":"group","title":"g"},"text":"oye @arraigobot"}}`, toGroup, -5, "", flows.Input{Language: "es-CO"}},
		{"command to another bot in a group", `{"update_id":1,"message":{"message_id":5,"date":1,` + who + `,"chat":{"id":-5,"type":"group"},"text":"/start@OtroBot"}}`, toNobody, -5, "", flows.Input{Language: "es-CO"}},
		{"talk in a group", `{"update_id":1,"message":{"message_id":5,"date":1,` + who + `,"chat":{"id":-5,"type":"group"},"text":"hola"}}`, toNobody, -5, "", flows.Input{Language: "es-CO"}},
		{"channel post", `{"update_id":1,"channel_post":{"message_id":5,"date":1,"chat":{"id":-9,"type":"channel"},"text":"/start@ArraigoBot"}}`, toNobody, 0, "", flows.Input{}},
		{"a kind of update unknown", `{"update_id":1,"telepathy":{"thought":"x"}}`, toNobody, 0, "", flows.Input{}},
		{"nothing in it", `{"update_id":1}`, toNobody, 0, "", flows.Input{}},
	} {
		u, err := decodeUpdate([]byte(tc.update))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		a := readUpdate(u, "ArraigoBot", time.Unix(1, 0))
		if a.route != tc.route || a.chat != tc.chat || a.query != tc.query {
			t.Errorf("%s: route %s, chat %d, query %q; want %s, %d, %q", tc.name, a.route, a.chat, a.query, tc.route, tc.chat, tc.query)
		}
		if diff := cmp.Diff(tc.want, a.input); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestUnreadableUpdatesKeepTheirIDAndSayNothingOfTheirContent(t *testing.T) {
	for name, tc := range map[string]struct {
		raw string
		id  int64
	}{
		"cut off":               {`{"update_id":7,"message":{"text":"SECRETO`, 7},
		"wrong type":            {`{"update_id":7,"message":{"message_id":"SECRETO"}}`, 7},
		"text is a number":      {`{"update_id":7,"message":{"message_id":1,"text":5}}`, 7},
		"an array":              {`[1,2]`, 0},
		"not JSON":              {`SECRETO`, 0},
		"empty":                 {``, 0},
		"no id":                 {`{"message":{"text":"SECRETO"}}`, 0},
		"negative id":           {`{"update_id":-7}`, 0},
		"the id is text":        {`{"update_id":"SECRETO"}`, 0},
		"the id is a fraction":  {`{"update_id":7.5}`, 7},
		"an id beyond all size": {`{"update_id":99999999999999999999}`, 0},
	} {
		u, err := decodeUpdate([]byte(tc.raw))
		if !errors.Is(err, errUnreadable) {
			t.Errorf("%s: error %v", name, err)
			continue
		}
		if u.ID != tc.id {
			t.Errorf("%s: id %d, want %d", name, u.ID, tc.id)
		}
		if strings.Contains(err.Error(), "SECRETO") {
			t.Errorf("%s: the error quotes the update: %v", name, err)
		}
	}
}

func TestCutCountsCodePoints(t *testing.T) {
	for _, tc := range []struct {
		in   string
		n    int
		want string
	}{{"ñandú", 3, "ñan"}, {"😀😀😀", 2, "😀😀"}, {"abc", 3, "abc"}, {"", 0, ""}, {"abc", 0, ""}} {
		if got := cut(tc.in, tc.n); got != tc.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.want)
		}
	}
}

// Whatever comes over the wire: no panic, and what goes on is bounded.
func FuzzReadUpdate(f *testing.F) {
	for _, seed := range []string{
		msg(`"text":"/start@ArraigoBot x"`), msg(`"contact":{"phone_number":"1"}`), msg(`"voice":null`),
		`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"data":"a"}}`,
		`{"update_id":1,"my_chat_member":{"chat":{"id":1,"type":"private"},"new_chat_member":{"status":"kicked"}}}`,
		`{"update_id":1`, `[]`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := decodeUpdate(raw)
		if err != nil {
			if u.Message != nil || u.Callback != nil {
				t.Fatal("content beside an error")
			}
			return
		}
		a := readUpdate(u, "ArraigoBot", time.Time{})
		if len(a.input.Data) > maxData || len(a.query) > maxQueryID || len(a.input.Phone) > maxPhone || len([]rune(a.input.Text)) > maxText {
			t.Fatal("something is not bounded")
		}
		if a.route == toTurn && (a.chat == 0 || a.input.Kind == "") {
			t.Fatalf("a turn without chat or kind from %q", raw)
		}
	})
}
