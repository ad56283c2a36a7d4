package emulator

import "testing"

func TestMarkdownV2(t *testing.T) {
	for _, c := range []struct{ in, text, entities string }{
		{"", "", ""},
		{`a\.b\!`, "a.b!", ""},
		{`\\ \_ \~`, `\ _ ~`, ""},
		{`\ñ`, `\ñ`, ""},
		{"*a*_b_", "ab", "bold@0+1 italic@1+1"},
		{"__a__~b~||c||", "abc", "underline@0+1 strikethrough@1+1 spoiler@2+1"},
		{"😀*😀ñ*x", "😀😀ñx", "bold@2+3"},
		{"*a _b_*", "a b", "bold@0+3 italic@2+1"},
		{"_a __b___", "a b", "italic@0+3 underline@2+1"},
		{"`a.b-c`", "a.b-c", "code@0+5"},
		{"`a\\`b\\\\`", "a`b\\", "code@0+4"},
		{"```\na*b\n```", "a*b\n", "pre@0+4"},
		{"```go\nx()\n```", "x()\n", "pre@0+4(go)"},
		{"```go x```", " x", "pre@0+2(go)"},
		{"[l](https://a.co/x)", "l", "text_link@0+1(https://a.co/x)"},
		{`[l](https://a.co/\))`, "l", "text_link@0+1(https://a.co/))"},
		{`[a\.co]`, "a.co", "text_link@0+4(http://a.co/)"},
		{"[l](nada)", "l", ""},
		{"[l](tg://user?id=42)", "l", "text_mention@0+1(42)"},
		{"![👍](tg://emoji?id=5368324170671202286)", "👍", "custom_emoji@0+2(5368324170671202286)"},
		{"![x](tg://time?unix=1700000000)", "x", "date_time@0+1(1700000000)"},
		{">a", "a", "blockquote@0+1"},
		{">a\n>b\nc", "a\nb\nc", "blockquote@0+4"},
		{"a\n>b", "a\nb", "blockquote@2+1"},
		{">a||", "a", "expandable_blockquote@0+1"},
		{">a\n>b||\nc", "a\nb\nc", "expandable_blockquote@0+4"},
		{"**>a\n>b||", "a\nb", "expandable_blockquote@0+3"},
		{">||a||", "a", "blockquote@0+1 spoiler@0+1"},
		{"**", "", ""},
		{"a**b", "ab", ""},
	} {
		text, entities, err := parseMarkdownV2(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if text != c.text || show(entities) != c.entities {
			t.Errorf("%q\n got %q %s\nwant %q %s", c.in, text, show(entities), c.text, c.entities)
		}
	}
}

func TestMarkdownV2Errors(t *testing.T) {
	for _, c := range "])(}{>#+-=|.!" {
		for _, in := range []string{"a" + string(c), "ñ " + string(c) + "x"} {
			if _, _, err := parseMarkdownV2(in); err == nil || err.Error() != "Character '"+string(c)+"' is reserved and must be escaped with the preceding '\\'" {
				t.Errorf("%q: %v", in, err)
			}
		}
		if text, _, err := parseMarkdownV2(`\` + string(c)); err != nil || text != string(c) {
			t.Errorf("escaped %q: %q %v", c, text, err)
		}
	}
	for in, want := range map[string]string{
		"ñ_a":             "Can't find end of Italic entity at byte offset 2",
		"😀*a":             "Can't find end of Bold entity at byte offset 4",
		"_a *b _":         "Can't find end of Italic entity at byte offset 6",
		"a`b":             "Can't find end of Code entity at byte offset 1",
		"```":             "Can't find end of Pre entity at byte offset 0",
		"```go x":         "Can't find end of PreCode entity at byte offset 0",
		"__a_":            "Can't find end of Italic entity at byte offset 3",
		"~a":              "Can't find end of Strikethrough entity at byte offset 0",
		"||a":             "Can't find end of Spoiler entity at byte offset 0",
		"[a":              "Can't find end of TextUrl entity at byte offset 0",
		"[a](b":           "Can't find end of a URL at byte offset 4",
		"![a]":            "The entity must contain a tg://emoji or tg://time URL",
		"![a](tg://nada)": "Invalid tg://emoji or tg://time URL specified",
		">*a\nb":          "Can't find end of Bold entity at byte offset 1",
	} {
		if _, _, err := parseMarkdownV2(in); err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", in, err, want)
		}
	}
	s := quick(t)
	chat := newcomer(t, s)
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "v1.0", "parse_mode": "markdownV2"}), 400,
		`Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\'`)
}

func TestLegacyMarkdown(t *testing.T) {
	for _, c := range []struct{ in, text, entities string }{
		{"a.b-c!", "a.b-c!", ""},
		{"*a* _b_ `c`", "a b c", "bold@0+1 italic@2+1 code@4+1"},
		{"*a _b_*", "a _b_", "bold@0+5"},
		{`\*a\_`, "*a_", ""},
		{`\a`, `\a`, ""},
		{"[l](https://a.co)", "l", "text_link@0+1(https://a.co/)"},
		{"[l](a.co", "l", "text_link@0+1(http://a.co/)"},
		{"[a.co]", "a.co", "text_link@0+4(http://a.co/)"},
		{"```go\nx```", "x", "pre@0+1(go)"},
		{"``` x```", " x", "pre@0+2"},
		{"**", "", ""},
	} {
		text, entities, err := parseMarkdown(c.in)
		if err != nil || text != c.text || show(entities) != c.entities {
			t.Errorf("%q\n got %q %s %v\nwant %q %s", c.in, text, show(entities), err, c.text, c.entities)
		}
	}
	for in, offset := range map[string]string{"ñ*a": "2", "a _b": "2", "`": "0", "x [y": "2", "```a": "0"} {
		if _, _, err := parseMarkdown(in); err == nil || err.Error() != "Can't find end of the entity starting at byte offset "+offset {
			t.Errorf("%q: %v", in, err)
		}
	}
}
