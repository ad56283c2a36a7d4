package locales

import "testing"

func TestWithoutEmojiAndCharacters(t *testing.T) {
	for _, row := range []struct {
		in, out string
		n       int // characters of in
	}{
		{"🧺 Negocio", "Negocio", 9},
		{"👩🏽‍🌾 Campo", "Campo", 7},
		{"🆘 Ayuda\n💼 Trabajo", "Ayuda\nTrabajo", 17},
		{"Año → ñ", "Año → ñ", 7},
		{"Ver 🧺", "Ver", 5},
		{"Ver 🧺 hoy", "Ver hoy", 9},
		{"1️⃣ Uno", "1 Uno", 5},
		{"", "", 0},
	} {
		if got := WithoutEmoji(row.in); got != row.out {
			t.Errorf("%q without emoji: %q, want %q", row.in, got, row.out)
		}
		if got := characters(row.in); got != row.n {
			t.Errorf("%q: %d characters, want %d", row.in, got, row.n)
		}
	}
}

func TestEmojiIn(t *testing.T) {
	for _, row := range []struct {
		in    string
		n     int
		first bool
	}{
		{"", 0, false}, {"Hola", 0, false}, {"🧺 Hola", 1, true}, {"Hola 🧺", 1, false}, {"🇨🇴", 1, true}, {"🇨🇴🇻🇪", 2, true},
		{"👩🏽‍🌾", 1, true}, {"☎️ Hola", 1, true}, {"1️⃣ Uno", 1, true}, {"Uno 1️⃣", 1, false}, {"→ • – ¿", 0, false}, {"✅✅", 2, true},
	} {
		if n, first := emojiIn(row.in); n != row.n || first != row.first {
			t.Errorf("%q: %d, %v; want %d, %v", row.in, n, first, row.n, row.first)
		}
	}
}
