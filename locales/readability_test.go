package locales

import (
	"math"
	"testing"
)

// consent1 is the default consent of the project, measured by hand.
const consent1 = "Antes de empezar, lea esto. Vamos a guardar algunos datos suyos para ver qué apoyo le sirve. " +
	"Solo los ve el equipo del proyecto. No los compartimos sin su permiso. " +
	"Usted puede ver, cambiar o borrar sus datos cuando quiera. Escriba /mis_datos o /borrar. " +
	"Si no acepta, igual puede ver cursos, ferias y líneas de ayuda."

func TestMeasureWorkedExamples(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       Readability
		inflesz    float64
		huerta     float64 // 0: not given
	}{
		{"cat", "El gato come pan. La casa es roja.", Readability{12, 8, 2}, 109.4, 112.8},
		{"consent", consent1, Readability{103, 57, 7}, 86.1, 0},
		{"nothing", "🆘 123 {name}", Readability{}, 0, 0},
	} {
		got := Measure(row.text)
		if got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.name, got, row.want)
		}
		if math.Abs(got.Inflesz()-row.inflesz) > 0.05 {
			t.Errorf("%s: INFLESZ %.2f, want %.1f", row.name, got.Inflesz(), row.inflesz)
		}
		if row.huerta != 0 && math.Abs(got.FernandezHuerta()-row.huerta) > 0.05 {
			t.Errorf("%s: Fernández Huerta %.2f, want %.1f", row.name, got.FernandezHuerta(), row.huerta)
		}
	}
}

func TestMeasureLeavesOutWhatNobodyReadsAsWords(t *testing.T) {
	for _, row := range []struct {
		text      string
		words     int
		sentences int
	}{
		{"Vea https://www.ejemplo.org/a/b?c=d.e!f", 1, 1},
		{"Vea https://ejemplo.org. Siga.", 2, 2},
		{"Escriba a ayuda@ejemplo.org.co hoy.", 3, 1},
		{"Escriba /mis_datos o /borrar.", 5, 1},
		{"Lunes y/o martes", 4, 1},
		{"Hola, {name}. Bienvenida.", 2, 2},
		{"Vea <a href=\"https://ejemplo.org/una.dos\">el <b>mapa</b></a> &amp; siga.", 4, 1},
		{"Son 1.750.905 pesos a las 8:00 a. m. del lunes.", 6, 1},
		{"Abre a las 8:00 a. m.", 3, 1},
		{"¿Sí? ¡No! Bueno: ya; listo…", 5, 5},
		{"Una línea\nOtra línea\n\n- punto", 5, 3},
		{"... !!! 12:30", 0, 0},
	} {
		got := Measure(row.text)
		if got.Words != row.words || got.Sentences != row.sentences {
			t.Errorf("%q: %d words and %d sentences, want %d and %d", row.text, got.Words, got.Sentences, row.words, row.sentences)
		}
	}
}
