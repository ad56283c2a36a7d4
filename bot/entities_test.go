package bot

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"arraigo/emulator"
)

func TestFormattingBecomesHTML(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		list       []entity
		want       string
	}{
		{"nothing", "hola", nil, "hola"},
		{"signs of HTML", `1 < 2 & "tres" > <b>`, nil, `1 &lt; 2 &amp; &quot;tres&quot; &gt; &lt;b&gt;`},
		{"a word", "hola mundo", []entity{{Type: "bold", Offset: 5, Length: 5}}, "hola <b>mundo</b>"},
		{"after an emoji of two units", "😀 ya", []entity{{Type: "italic", Offset: 3, Length: 2}}, "😀 <i>ya</i>"},
		{"of an emoji", "😀", []entity{{Type: "spoiler", Offset: 0, Length: 2}}, "<tg-spoiler>😀</tg-spoiler>"},
		{"nested", "abc", []entity{{Type: "bold", Offset: 0, Length: 3}, {Type: "underline", Offset: 1, Length: 1}}, "<b>a<u>b</u>c</b>"},
		{"the inner one first in the list", "abc", []entity{{Type: "underline", Offset: 1, Length: 1}, {Type: "bold", Offset: 0, Length: 3}}, "<b>a<u>b</u>c</b>"},
		{"the same letters", "ab", []entity{{Type: "spoiler", Offset: 0, Length: 2}, {Type: "bold", Offset: 0, Length: 2}}, "<b><tg-spoiler>ab</tg-spoiler></b>"},
		{"side by side", "ab", []entity{{Type: "bold", Offset: 0, Length: 1}, {Type: "strikethrough", Offset: 1, Length: 1}}, "<b>a</b><s>b</s>"},
		{"crossing", "abc", []entity{{Type: "bold", Offset: 0, Length: 2}, {Type: "italic", Offset: 1, Length: 2}}, "<b>a<i>b</i></b><i>c</i>"},
		{"a link", "aquí", []entity{{Type: "text_link", Offset: 0, Length: 4, URL: `https://x.org/?a=1&b="2"`}}, `<a href="https://x.org/?a=1&amp;b=&quot;2&quot;">aquí</a>`},
		{"code", "x<y", []entity{{Type: "code", Offset: 0, Length: 3}}, "<code>x&lt;y</code>"},
		{"a block of code", "x", []entity{{Type: "pre", Offset: 0, Length: 1}}, "<pre>x</pre>"},
		{"a block of code in a language", "x", []entity{{Type: "pre", Offset: 0, Length: 1, Language: `go"`}}, `<pre><code class="language-go&quot;">x</code></pre>`},
		{"a quotation", "x\ny", []entity{{Type: "blockquote", Offset: 0, Length: 3}, {Type: "bold", Offset: 0, Length: 1}}, "<blockquote><b>x</b>\ny</blockquote>"},
		{"one that opens", "x", []entity{{Type: "expandable_blockquote", Offset: 0, Length: 1}}, "<blockquote expandable>x</blockquote>"},
		{"what has no markup", "@ana #x 😀", []entity{{Type: "mention", Offset: 0, Length: 4}, {Type: "hashtag", Offset: 5, Length: 2}, {Type: "custom_emoji", Offset: 8, Length: 2}}, "@ana #x 😀"},
		{"outside the text", "ab", []entity{{Type: "bold", Offset: 1, Length: 9}, {Type: "bold", Offset: 7, Length: 1}, {Type: "italic", Offset: -1, Length: 2}, {Type: "code", Offset: 0, Length: 0}}, "a<b>b</b>"},
		{"in the middle of a pair", "😀a", []entity{{Type: "bold", Offset: 1, Length: 2}}, "<b>😀a</b>"},
		{"a link to nowhere", "a", []entity{{Type: "text_link", Offset: 0, Length: 1}}, "a"},
	} {
		if got := entityHTML(tc.text, tc.list); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

// sentText is a message with text as the Bot API shows it.
type sentText struct {
	Text     string   `json:"text"`
	Entities []entity `json:"entities"`
}

// Whatever is formatted in Telegram reads the same after it went through our
// HTML, text and formatting, to the unit.
func TestFormattingSurvivesTheWayThroughHTML(t *testing.T) {
	tg := emulator.New(emulator.Config{Limits: emulator.Limits{Off: true}})
	server := httptest.NewServer(tg)
	defer server.Close()
	defer tg.Close()
	chat := tg.AddUser(emulator.User{FirstName: "Luz"})
	if _, err := tg.Start(chat, ""); err != nil {
		t.Fatal(err)
	}
	a := newAPI(server.URL, tg.Token(), 4)
	send := func(params map[string]any) (got sentText, err error) {
		params["chat_id"] = chat
		err = a.call(t.Context(), "sendMessage", params, &got)
		return got, err
	}
	kinds := []string{"blockquote", "expandable_blockquote", "pre", "code", "text_link", "bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"}
	pieces := rapid.SampledFrom([]string{"a", "ñ", "😀", "👩‍👩‍👧", "<", ">", "&", "&amp;", `"`, " ", "\n", "hola ", "é", "<b>", "</b>", "&#39;", "x.co "})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(pieces, 1, 20).Draw(t, "text"), "")
		borders := []int{0} // phones never part a pair
		for _, r := range text {
			borders = append(borders, borders[len(borders)-1]+utf16.RuneLen(r))
		}
		var list []map[string]any
		for range rapid.IntRange(0, 8).Draw(t, "entities") {
			from := rapid.IntRange(0, len(borders)-2).Draw(t, "from")
			to := rapid.IntRange(from+1, len(borders)-1).Draw(t, "to")
			e := map[string]any{"type": rapid.SampledFrom(kinds).Draw(t, "type"), "offset": borders[from], "length": borders[to] - borders[from]}
			switch e["type"] {
			case "text_link":
				e["url"] = rapid.SampledFrom([]string{"https://a.co/", `https://a.co/?q="x"&b=1`, "tg://resolve?domain=x"}).Draw(t, "url")
			case "pre":
				e["language"] = rapid.SampledFrom([]string{"", "go", "a<b"}).Draw(t, "language")
			case "custom_emoji":
				e["custom_emoji_id"] = "5368324170671202286"
			}
			list = append(list, e)
		}
		encoded, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		first, err := send(map[string]any{"text": text, "entities": json.RawMessage(encoded)})
		if err != nil {
			t.Skip("no message") // only blanks
		}
		second, err := send(map[string]any{"text": entityHTML(first.Text, first.Entities), "parse_mode": "HTML"})
		if err != nil {
			t.Fatalf("%q is refused: %v", entityHTML(first.Text, first.Entities), err)
		}
		if diff := cmp.Diff(formatting(first), formatting(second)); diff != "" {
			t.Errorf("through %q: %s", entityHTML(first.Text, first.Entities), diff)
		}
	})
}

// formatting is what can be seen of it: of each sign that is no blank, all that
// covers it. Blanks have no formatting, and Telegram parts what is bold at the
// borders of others.
func formatting(m sentText) []string {
	out := []string{m.Text}
	unit := 0
	for _, r := range m.Text {
		var over []string
		for _, e := range m.Entities {
			if rank := entityRanks[e.Type]; rank != 0 && e.Offset <= unit && unit < e.Offset+e.Length {
				over = append(over, fmt.Sprint(rank, e.Type, e.URL, e.Language))
			}
		}
		if unit += utf16.RuneLen(r); r != ' ' && r != '\n' {
			slices.Sort(over)
			out = append(out, string(r)+" "+strings.Join(over, ", "))
		}
	}
	return out
}

// What nobody can send by a phone, but can be forged.
func TestAnyListOfEntitiesGivesHTMLThatCanBeRead(t *testing.T) {
	tg := emulator.New(emulator.Config{Limits: emulator.Limits{Off: true}})
	server := httptest.NewServer(tg)
	defer server.Close()
	defer tg.Close()
	chat := tg.AddUser(emulator.User{FirstName: "Luz"})
	if _, err := tg.Start(chat, ""); err != nil {
		t.Fatal(err)
	}
	a := newAPI(server.URL, tg.Token(), 4)
	kinds := []string{"blockquote", "pre", "code", "text_link", "bold", "italic", "no_such", ""}
	rapid.Check(t, func(t *rapid.T) {
		text := "x" + rapid.String().Draw(t, "text")
		var list []entity
		for range rapid.IntRange(0, 6).Draw(t, "entities") {
			list = append(list, entity{
				Type: rapid.SampledFrom(kinds).Draw(t, "type"), Offset: rapid.IntRange(-2, 30).Draw(t, "offset"), Length: rapid.IntRange(-2, 30).Draw(t, "length"),
				URL: rapid.String().Draw(t, "url"), Language: rapid.String().Draw(t, "language"),
			})
		}
		err := a.call(t.Context(), "sendMessage", map[string]any{"chat_id": chat, "text": entityHTML(text, list), "parse_mode": "HTML"}, nil)
		if err != nil {
			t.Errorf("%q is refused: %v", entityHTML(text, list), err)
		}
	})
}
