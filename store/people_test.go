package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"arraigo/flows"
	"arraigo/store"
)

// A crowd makes people as the screening leaves them: the shape of the records
// decides what they cost.
type crowd struct{ *rand.Rand }

func newCrowd(seed uint64) crowd { return crowd{rand.New(rand.NewPCG(seed, 7))} }

func (c crowd) one(values ...string) string { return values[c.IntN(len(values))] }

// some returns up to n different values, at least one.
func (c crowd) some(n int, values ...string) []string {
	c.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	return values[:1+c.IntN(n)]
}

func (c crowd) chatID() int64 { return 5_000_000_000 + c.Int64N(3_000_000_000) }

// municipality: most people live in eight places, some in any of 1,122.
func (c crowd) municipality() string {
	if c.IntN(10) > 0 {
		return c.one("54001", "08001", "11001", "05001", "44430", "44001", "68001", "54874")
	}
	return fmt.Sprintf("%02d%03d", 5+c.IntN(90), 1+c.IntN(900))
}

// screened is a session after the last answer, and the indexes it belongs to.
func (c crowd) screened() (flows.Session, []flows.Entry) {
	const yes, no = "si", "no"
	outcome := func() []string {
		return []string{c.one("CUMPLE_PRELIMINAR", "CUMPLE_PRELIMINAR", "FALTAN_DOCUMENTOS", "NO_CUMPLE_POR_AHORA", "REVISION_HUMANA")}
	}
	slots := map[string][]string{
		"language": {c.one("es", "es", "es", "es", "en", "pt")}, "consent": {yes}, "covered": {yes},
		"age": {c.one("18_28", "29_59", "29_59", "60_mas", "pnd")}, "municipality": {c.municipality()},
		"population": {c.one("migrante_ve", "migrante_ve", "retornado", "acogida", "otra_nac")},
		"document":   {c.one("CC", "PPT", "PPT", "PPT_TRAMITE", "CE", "PASAPORTE", "NINGUNO", "pnd")},
		"seeks":      c.some(3, "negocio", "trabajo", "cursos", "comunidad"), "stay": {c.one(yes, yes, "no_se", no)},
		"business":     {c.one("idea", "menos_6m", "6m_o_mas", no)},
		"sector":       {c.one("comida", "belleza", "costura", "comercio", "servicios", "agro", "arte_cultura", "otro")},
		"seed_capital": {c.one(no, no, yes)}, "classes": {c.one(yes, yes, no)},
		"occupations":            c.some(3, "5120", "9412", "5142", "7115", "9112", "5223", "8322", "7531"),
		"experience":             {c.one("ninguna", "menos_6m", "6_24m", "mas_24m")},
		"working_time":           {c.one("completa", "parcial", "fines_semana", "noche", "cualquiera")},
		"interests":              {c.one("deporte", "cultura", "talleres", "liderazgo", "ferias")},
		"outcome_emprendimiento": outcome(), "outcome_laboral": outcome(), "outcome_comunitaria": outcome(),
		"offers": {c.one(yes, yes, no)},
		"screened_by": {fmt.Sprintf("2026-11-22.1 ejemplo_2026 %d %s", noon.Unix()-c.Int64N(1e6),
			strings.Join(c.some(4, "R20", "R30", "R31", "R35", "R37", "R40", "R41", "R43", "R50"), ","))},
	}
	at := noon.Unix() - c.Int64N(1e6)
	update := 600_000_000 + c.Int64N(1e8)
	s := flows.Session{
		Question: 17 + c.IntN(9), Slots: slots, Language: slots["language"][0], Seen: at + 300,
		Consents: []flows.Consent{
			{Text: "welcome.consent_answer.ask", Version: 1, Hash: store.TextHash(slots["language"][0] + "consent"), Language: slots["language"][0], Purposes: []string{flows.PurposeEvaluate}, Given: true, At: at, Update: update},
			{Text: "notices.offers.ask", Version: 1, Hash: store.TextHash(slots["language"][0] + "offers"), Language: slots["language"][0], Purposes: []string{flows.PurposeOffers}, Given: slots["offers"][0] == yes, At: at + 280, Update: update + 4000},
		},
	}
	dimensions := map[string]string{
		"language": "language", "age": "age", "municipality": "municipality", "population": "population", "seeks": "seeks",
		"business": "business", "sector": "sector", "occupations": "occupation", "working_time": "working_time", "interests": "interest",
		"outcome_emprendimiento": "emprendimiento", "outcome_laboral": "inclusion_laboral", "outcome_comunitaria": "integracion_comunitaria", "offers": "offers",
	}
	var index []flows.Entry
	for slot, d := range dimensions {
		for _, v := range slots[slot] {
			index = append(index, flows.Entry{Dimension: d, Value: v})
		}
	}
	index = append(index, flows.Entry{Dimension: "department", Value: slots["municipality"][0][:2]})
	return s, index
}
