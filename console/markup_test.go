package console

import "testing"

func TestTypedMessages(t *testing.T) {
	for _, tc := range []struct{ typed, html string }{
		{"Hola", "Hola"},
		{"*Feria* de _empleo_ hoy", "<b>Feria</b> de <i>empleo</i> hoy"},
		{"5 * 3 = 15", "5 * 3 = 15"},
		{"nombre_de_archivo", "nombre_de_archivo"},
		{"<b>no</b> & *<i>*", "&lt;b&gt;no&lt;/b&gt; &amp; <b>&lt;i&gt;</b>"},
		{"uno\n*dos\ntres*", "uno\n*dos\ntres*"},
	} {
		if got := typedHTML(tc.typed); got != tc.html {
			t.Errorf("%q becomes %q, want %q", tc.typed, got, tc.html)
		}
		if back, whole := htmlTyped(typedHTML(tc.typed)); back != tc.typed || !whole {
			t.Errorf("%q comes back as %q (%v)", tc.typed, back, whole)
		}
	}
	if typed, whole := htmlTyped(`<u>a</u> <a href="https://x.org">b</a>`); typed != "a b" || whole {
		t.Errorf("%q, %v: what the signs cannot say must be told", typed, whole)
	}
}

func TestPhoneShowsNothingButKnownTags(t *testing.T) {
	for in, want := range map[string]string{
		`<b>a</b>&lt;`:                                `<b>a</b>&lt;`,
		`<a href="javascript:alert(1)">x</a>`:         `<u>x</u>`,
		`<img src=x onerror=alert(1)>y`:               `y`,
		`<b onclick="alert(1)">z`:                     `<b>z</b>`,
		`a < b`:                                       `a &lt; b`,
		`<i><b>mal</i></b>`:                           `<i><b>mal</b></i>`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`:       `&lt;script&gt;alert(1)&lt;/script&gt;`,
		`<span class="tg-spoiler">oculto</span> vale`: `oculto vale`,
	} {
		if got := string(phoneHTML(in)); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}
