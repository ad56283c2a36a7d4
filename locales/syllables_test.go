package locales

import "testing"

func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{
		// the vectors of the specification
		"trabajo": 3, "documento": 4, "país": 2, "río": 2, "búsqueda": 3, "guía": 2, "ahora": 3, "ciudad": 2,
		"pingüino": 3, "Uruguay": 3, "aéreo": 4, "muy": 1,
		// our own
		"gato": 2, "pan": 1, "y": 1, "ayuda": 3, "hoy": 1, "queso": 2, "quien": 1, "Guillermo": 3, "cigüeña": 3,
		"agua": 2, "línea": 3, "días": 2, "leíamos": 4, "emprendimiento": 5, "migración": 3, "Wayuunaiki": 4, "PPT": 1, "colombiana": 4, "baúl": 2,
		"teoría": 4, "caer": 2, "cuota": 2, "averiguar": 4,
	} {
		if got := syllables(word); got != want {
			t.Errorf("%s: got %d, want %d", word, got, want)
		}
	}
}
