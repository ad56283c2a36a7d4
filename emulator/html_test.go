package emulator

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// show writes entities briefly: type@offset+length(argument).
func show(list []Entity) string {
	var out []string
	for _, e := range list {
		s := fmt.Sprintf("%s@%d+%d", e.Type, e.Offset, e.Length)
		for _, extra := range []string{e.URL, e.Language, e.CustomEmojiID} {
			if extra != "" {
				s += "(" + extra + ")"
			}
		}
		if e.User != nil {
			s += fmt.Sprintf("(%d)", e.User.ID)
		}
		if e.UnixTime != 0 {
			s += fmt.Sprintf("(%d)", e.UnixTime)
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestHTML(t *testing.T) {
	for _, c := range []struct{ in, text, entities string }{
		{"", "", ""},
		{"hola", "hola", ""},
		{"<b>a</b><strong>b</strong>", "ab", "bold@0+1 bold@1+1"},
		{"<i>a</i><em>b</em>", "ab", "italic@0+1 italic@1+1"},
		{"<u>a</u><ins>b</ins>", "ab", "underline@0+1 underline@1+1"},
		{"<s>a</s><strike>b</strike><del>c</del>", "abc", "strikethrough@0+1 strikethrough@1+1 strikethrough@2+1"},
		{"<tg-spoiler>a</tg-spoiler><span class=\"tg-spoiler\">b</span>", "ab", "spoiler@0+1 spoiler@1+1"},
		{"<B>a</b>", "a", "bold@0+1"},
		{"😀<b>😀ñ</b>x", "😀😀ñx", "bold@2+3"},
		{"<b>a<i>b</i></b>", "ab", "bold@0+2 italic@1+1"},
		{"<b>a</>", "a", "bold@0+1"},
		{"<b>a</b  >", "a", "bold@0+1"},
		{"<b></b>x", "x", ""},
		{"&lt;b&gt; &amp;amp; &quot; &nbsp; &copy;", "<b> &amp; \" &nbsp; &copy;", ""},
		{"&lt&gt", "<>", ""},
		{"&#65;&#x42;&#x63", "ABc", ""},
		{"&#128512;", "😀", ""},
		{"&#0; &#99999999; &", "&#0; &#99999999; &", ""},
		{"<a href=\"https://a.co/x?y=1&amp;z=2\">l</a>", "l", "text_link@0+1(https://a.co/x?y=1&z=2)"},
		{"<a href='a.co'>l</a>", "l", "text_link@0+1(http://a.co/)"},
		{"<a href=a.co>l</a>", "l", "text_link@0+1(http://a.co/)"},
		{"<a>https://a.co/q</a>", "https://a.co/q", "text_link@0+14(https://a.co/q)"},
		{"<a href=\"nada\">l</a>", "l", ""},
		{"<a href=\"javascript:alert(1)\">l</a>", "l", ""},
		{"<a href=\"tg://user?id=42\">l</a>", "l", "text_mention@0+1(42)"},
		{"<code>x</code>", "x", "code@0+1"},
		{"<pre>x</pre>", "x", "pre@0+1"},
		{"<pre><code class=\"language-go\">x</code></pre>", "x", "pre@0+1(go)"},
		{"<code class=\"language-go\">x</code>", "x", "code@0+1"},
		{"<blockquote>x</blockquote>", "x", "blockquote@0+1"},
		{"<blockquote expandable>x</blockquote>", "x", "expandable_blockquote@0+1"},
		{"<tg-emoji emoji-id=\"5368324170671202286\">👍</tg-emoji>", "👍", "custom_emoji@0+2(5368324170671202286)"},
		{"<tg-time unix=\"1700000000\">x</tg-time>", "x", "date_time@0+1(1700000000)"},
		{"a > b", "a > b", ""},
		{"<b x=1 y='2'>a</b>", "a", "bold@0+1"},
		{"<i hidden>a</i>", "a", "italic@0+1"},
		{"<tg-time unix=\"0\">x</tg-time>", "x", ""},
	} {
		text, entities, err := parseHTML(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if text != c.text || show(entities) != c.entities {
			t.Errorf("%q\n got %q %s\nwant %q %s", c.in, text, show(entities), c.text, c.entities)
		}
	}
}

// The words and the byte offsets of the server's parser.
func TestHTMLErrors(t *testing.T) {
	for in, want := range map[string]string{
		"<br>":                                  `Unsupported start tag "br" at byte offset 0`,
		"<BR>":                                  `Unsupported start tag "br" at byte offset 0`,
		"ñ <p>x</p>":                            `Unsupported start tag "p" at byte offset 3`,
		"😀 a < b":                               `Unsupported start tag "" at byte offset 7`,
		"1 <2>":                                 `Unsupported start tag "2" at byte offset 2`,
		"x <b":                                  `Unclosed start tag at byte offset 2`,
		"<":                                     `Unclosed start tag at byte offset 0`,
		"<a href":                               `Unclosed start tag "a" at byte offset 0`,
		"<a href=":                              `Unclosed start tag "a" at byte offset 0`,
		"<a href=\"x\"":                         `Unclosed start tag at byte offset 0`,
		"<a href=\"x":                           `Unclosed start tag at byte offset 0`,
		"<a =\"x\">y</a>":                       `Empty attribute name in the tag "a" at byte offset 0`,
		"ñ<a href=x/>y</a>":                     `Unexpected end of name token at byte offset 10`,
		"<b/>x":                                 `Unsupported start tag "b/" at byte offset 0`,
		"<b />x":                                `Empty attribute name in the tag "b" at byte offset 0`,
		"<span>x</span>":                        `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"<span class=\"red\">x</span>":          `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"x</b>":                                 `Unexpected end tag at byte offset 1`,
		"<b>x</b></":                            `Unexpected end tag at byte offset 8`,
		"<b>x</b":                               `Unclosed end tag at byte offset 4`,
		"<b>x</b y>":                            `Unclosed end tag at byte offset 4`,
		"<b>ñ</i>":                              `Unmatched end tag at byte offset 5, expected "</b>", found "</i>"`,
		"<b><i>x</b></i>":                       `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
		"<b>x":                                  `Can't find end tag corresponding to start tag "b"`,
		"<code>a<b</code>":                      `Unsupported start tag "b</code" at byte offset 7`,
		"<tg-emoji emoji-id=\"x\">y</tg-emoji>": `Invalid custom emoji identifier specified`,
		"&#xDFDF;":                              `Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units`,
	} {
		_, _, err := parseHTML(in)
		if err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", in, err, want)
		}
	}
	s := quick(t)
	chat := newcomer(t, s)
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "a<br>", "parse_mode": "html"}), 400,
		`Bad Request: can't parse entities: Unsupported start tag "br" at byte offset 1`)
	wants(t, do(t, s, "sendMessage", p{"chat_id": 1, "text": "<b>a", "parse_mode": "HTML"}), 400,
		`Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`)
}

// Whatever a parser accepts has entities inside the text that nest and can be
// shown without a tag that we did not write.
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{"<b>a</b>", "<a href=\"x.co\">l</a>", "&lt;&#65;", "<pre><code class='language-x'>y", "<span class=tg-spoiler>", "</", "<b><i>x</b>", "\xff<b>\xc3", "<blockquote expandable>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > maxRawText || !utf8.ValidString(in) {
			t.Skip() // refused before it is parsed
		}
		for name, parse := range parsers {
			text, entities, err := parse(in)
			if err != nil {
				continue
			}
			checkBounds(t, name, text, entities)
			if !utf8.ValidString(text) {
				t.Fatalf("%s %q: parsed to broken UTF-8 %q", name, in, text)
			}
			out, empty, refusal := formatted{text, entities}.settle()
			if refusal != nil {
				t.Fatalf("%s %q: parsed but not settled: %s", name, in, refusal.description)
			}
			if empty != (strings.Trim(out.text, " \n") == "") {
				t.Fatalf("%s %q: empty=%v for %q", name, in, empty, out.text)
			}
			checkBounds(t, name, out.text, out.entities)
			checkNesting(t, out.entities)
			checkSafe(t, renderHTML(out.text, out.entities))
		}
	})
}

func checkBounds(t *testing.T, name, text string, list []Entity) {
	t.Helper()
	n := utf16Len(text)
	for _, e := range list {
		if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > n {
			t.Fatalf("%s: %s outside %q", name, show([]Entity{e}), text)
		}
	}
}

func checkNesting(t *testing.T, list []Entity) {
	t.Helper()
	for i, a := range list {
		for _, b := range list[i+1:] {
			if b.Offset < a.Offset {
				t.Fatalf("not sorted: %s", show(list))
			}
			if b.Offset < a.Offset+a.Length && b.Offset+b.Length > a.Offset+a.Length {
				t.Fatalf("crossing: %s", show(list))
			}
		}
	}
}

// checkSafe makes sure that the markup of a view is only what render writes.
func checkSafe(t *testing.T, out string) {
	t.Helper()
	var open []string
	for i := 0; i < len(out); i++ {
		if out[i] != '<' {
			continue
		}
		end := strings.IndexByte(out[i:], '>')
		if end < 0 {
			t.Fatalf("open bracket in %q", out)
		}
		tag := out[i+1 : i+end]
		name, rest, _ := strings.Cut(tag, " ")
		if strings.HasPrefix(tag, "/") {
			if len(open) == 0 || open[len(open)-1] != tag[1:] {
				t.Fatalf("unbalanced %q", out)
			}
			open = open[:len(open)-1]
			continue
		}
		switch name {
		case "b", "i", "u", "s", "code", "pre", "blockquote":
			if rest != "" {
				t.Fatalf("attributes in %q", out)
			}
		case "span":
			if rest != `class="spoiler"` && rest != `class="command"` && rest != `class="mention"` {
				t.Fatalf("span in %q", out)
			}
		case "a":
			ok := false
			for _, scheme := range []string{"http://", "https://", "mailto:", "tel:", "tg:"} {
				ok = ok || strings.HasPrefix(strings.ToLower(rest), `href="`+scheme)
			}
			if !ok || strings.Count(rest, `"`) != 6 {
				t.Fatalf("link in %q", out)
			}
		default:
			t.Fatalf("tag %q in %q", tag, out)
		}
		open = append(open, name)
	}
	if len(open) > 0 {
		t.Fatalf("unclosed %v in %q", open, out)
	}
}

func TestViewShowsSafeMarkup(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	do(t, s, "sendMessage", p{"chat_id": chat, "parse_mode": "HTML",
		"text": `<b>hola <i>x</i></b> &lt;script&gt;alert("1")&lt;/script&gt; <a href="https://a.co/?a=1&amp;b=2">l</a> <code>c</code> <span class="tg-spoiler">s</span> /menu`}).got(t)
	list, err := s.Messages(chat, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := `<b>hola <i>x</i></b> &lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; <a href="https://a.co/?a=1&amp;b=2" rel="noopener noreferrer nofollow" target="_blank">l</a> <code>c</code> <span class="spoiler">s</span> <span class="command">/menu</span>`
	if diff := cmp.Diff(want, list[len(list)-1].HTML); diff != "" {
		t.Error(diff)
	}
}
