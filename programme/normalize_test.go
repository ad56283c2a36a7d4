package programme

import (
	"testing"
	"unicode/utf8"
)

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"  Cúcuta  ": "cucuta", "Ureña": "urena", "B/quilla": "b quilla", "¿Qué?": "que", "Itagüí": "itagui", "SÍ, dale!": "si dale",
		"𝐁𝐨𝐠𝐨𝐭á": "bogota", "Ｃａｌｉ": "cali", "bo\u200bgo\u200dta": "bogota", "\u202ecali\u202c": "cali", "a\x00b\tc\nd": "a b c d",
		"🙂": "", "": "", "--": "", "CIUDAD-BOLÍVAR": "ciudad bolivar", "n\u0303": "n", "مرحبا": "مرحبا", "2.º": "2 o", "\xff": "",
	} {
		if got := Normalize(in); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSqueeze(t *testing.T) {
	for in, want := range map[string]string{"holaaa": "hola", "sii": "si", "calle": "cale", "1100": "1100", "": "", "nooo puedo": "no puedo"} {
		if got := Squeeze(in); got != want {
			t.Errorf("Squeeze(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestSound: pairs that are heard alike sound alike, others do not.
func TestSound(t *testing.T) {
	for _, pair := range [][2]string{
		{"barranquilla", "varrankiya"}, {"cucuta", "kukuta"}, {"zipaquira", "sipakira"}, {"giron", "jiron"}, {"riohacha", "rioacha"}, {"ibague", "ivague"},
		{"cocina", "cosina"}, {"holaaa", "ola"}, {"hacer", "aser"},
	} {
		if Sound(pair[0]) != Sound(pair[1]) {
			t.Errorf("%s sounds %q, %s sounds %q", pair[0], Sound(pair[0]), pair[1], Sound(pair[1]))
		}
	}
	for _, pair := range [][2]string{{"bogota", "cucuta"}, {"cali", "chali"}, {"gato", "jato"}, {"guerra", "jerra"}, {"casa", "caja"}} {
		if Sound(pair[0]) == Sound(pair[1]) {
			t.Errorf("%s and %s both sound %q", pair[0], pair[1], Sound(pair[0]))
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{"Cúcuta", "\xff\u0301", "İstanbul", "ǅ", "ﷺ", "ϔ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalize(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Normalize(%q) is not valid UTF-8", s)
		}
		if again := Normalize(once); again != once {
			t.Fatalf("Normalize(%q) = %q, and again %q", s, once, again)
		}
	})
}
