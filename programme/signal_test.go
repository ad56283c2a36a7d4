package programme

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestSignals(t *testing.T) {
	data, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		// as in the safety rules
		"¡Me van a MATAR!":                            "danger",
		"auxilio":                                     "danger",
		"él me tiene encerrada":                       "danger",
		"me pega":                                     "partner",
		"mi marido me amenaza":                        "partner",
		"me violaron":                                 "sexual",
		"Me tocó":                                     "sexual",
		"a mi hijo le dieron un golpe":                "child",
		"hay abuso de una niña en la casa":            "child",
		"no me dejan salir":                           "trafficking",
		"me quitaron el pasaporte":                    "trafficking",
		"debo plata del viaje":                        "trafficking",
		"nos piden vacuna":                            "extortion",
		"me cobran por trabajar":                      "extortion",
		"extorsión":                                   "extortion",
		"ya no quiero vivir":                          "suicide",
		"pienso en quitarme la vida":                  "suicide",
		"no he comido":                                "hunger",
		"estoy en la calle":                           "hunger",
		"hola. mi esposo me pega, y no tengo comida.": "partner hunger",
		"He is going to kill me":                      "danger",
		"I want to die":                               "suicide",
		"they took my passport":                       "trafficking",
		// ordinary words
		"":                                     "",
		"me tocó salir del país con mis hijos": "",
		"auxilio de transporte":                "",
		"auxiliar de cocina":                   "",
		"curso de primeros auxilios":           "",
		"busco una pega":                       "",
		"puesto de vacunas y salud":            "",
		"vendo en la calle":                    "",
		"estoy en la calle 45 con carrera 7":   "",
		"mi hijo va al colegio":                "",
		"cuidado de niños":                     "",
		"golpe de suerte":                      "",
		"no quiero vivir en Bogotá":            "suicide", // better once too often
		"<b>🎈</b>":                             "",
		strings.Repeat("hijo ", 5000):          "",
	} {
		var got []string
		for _, s := range data.Signals.Detect(text) {
			got = append(got, s.Code)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%.60q: %v, want %q", text, got, want)
		}
	}
}

func TestSignalsRefuseMistakes(t *testing.T) {
	lines := []HelpLine{{ID: "L-01"}}
	for text, want := range map[string]string{
		"signals:\n - {code: x, lines: [L-99], words: [hola]}":                                       "no help line L-99",
		"signals:\n - {code: x, lines: [L-01], words: [Qué]}":                                        "small letters",
		"signals:\n - {code: x, lines: [L-01], words: []}":                                           "needs words",
		"signals:\n - {code: x, lines: [L-01], words: [a]}\n - {code: x, lines: [L-01], words: [b]}": "twice",
		"signals:\n - {code: x, lines: [L-01], words: ['a + ']}":                                     "small letters",
		"neutral: ['$']\nsignals:\n - {code: x, lines: [L-01], words: [a]}":                          "small letters",
		"signals:\n - {code: x, lines: [L-01], words: [a], colour: red}":                             "colour",
	} {
		var problems Problems
		loadSignals(fstest.MapFS{"s.yaml": {Data: []byte(text)}}, "s.yaml", lines, &problems)
		if !strings.Contains(problems.Error(), want) {
			t.Errorf("%s\n%v, want %q", text, problems, want)
		}
	}
}

func FuzzSignals(f *testing.F) {
	data, err := Default()
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"me van a matar", "mi hijo. golpe", "a$b", "\xff"} {
		f.Add(text)
	}
	codes := data.Signals.Codes()
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range data.Signals.Detect(text) {
			if !slices.Contains(codes, s.Code) {
				t.Errorf("an unknown signal %q", s.Code)
			}
		}
	})
}
