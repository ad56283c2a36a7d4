package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"
)

// TestWholeWork: somebody looks for work, asks to be told, hears of an offer the
// moment it is imported, wants it, stops the alerts with one tap, and is
// forgotten without a trace.
func TestWholeWork(t *testing.T) {
	program := filepath.Join(t.TempDir(), "arraigo")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, program); err != nil { // see init in harness_test.go
		t.Fatal(err)
	}
	w := newTown(t, program)
	w.redis = storetest.Start(t)
	zone, noon := whereItIsNoon(t)
	r := w.replica("ARRAIGO_TIMEZONE=" + zone)
	r.start()
	r.ready()
	s := r.store()

	samples, err := w.set.Data.Samples(programme.DateOf(noon))
	if err != nil {
		t.Fatal(err)
	}
	rest := slices.DeleteFunc(slices.Clone(samples.Vacancies), func(v programme.Vacancy) bool { return v.ID == "V-01" })
	w.imports(r, rest)

	eventually(t, "the replica shows what was imported", func() bool { return r.metric("arraigo_vacancies_shown", "") == 9 })

	ana := w.person(1)
	w.does(ana.id, writes("/start"), "Elija su idioma")
	w.does(ana.id, answers("language", "es"), "Vamos a guardar algunos datos")
	w.does(ana.id, answers("consent_answer", "acepto"), "¿Cuántos años tiene?")
	w.does(ana.id, writes("/trabajos"), "¿Qué trabajo busca?")
	w.does(ana.id, writes("panadera"), "¿Dónde?")
	w.does(ana.id, answers("job_place", "todo_pais"), "Hay 1 oferta")
	w.does(ana.id, answers("vacancy", "V-08"), "Este trabajo no cobra nada por entrar")

	w.does(ana.id, writes("/avisos"), "¿De qué trabajos le avisamos?")
	w.does(ana.id, writes("cocina"), "Anotado: Cocina")
	w.does(ana.id, answers("want_jobs", "!done"), "¿En qué lugar?")
	w.does(ana.id, answers("want_place", "54001"), "otro lugar?")
	w.does(ana.id, answers("want_more", "listo"), "¿Qué horario le sirve?")
	w.does(ana.id, answers("want_time", "cualquiera"), "¿Le avisamos por aquí")
	w.does(ana.id, answers("want_right", "si"), "Le avisamos cuando salga una oferta así")
	began := time.Now()
	w.imports(r, samples.Vacancies)
	imported := time.Since(began)
	eventually(t, "the alert arrives with its reason", func() bool {
		return strings.Contains(seen(w.tg, ana.id), "Le avisamos porque busca: Cocina, en Cúcuta.")
	})
	t.Logf("the import took %v, the alert arrived %v after its begin", imported, time.Since(began))

	w.does(ana.id, goes("vacancy:V-01"), "¿Qué quiere hacer con esta oferta?")
	w.does(ana.id, goes("interest:V-01"), "Anotamos que le interesa")
	w.does(ana.id, goes("interest:V-01"), "Ya anotamos que le interesa")
	w.does(ana.id, goes("alert_stop"), "Ya no le avisamos de trabajos")
	counts := func(dimension, value string) int {
		n, err := s.Count(t.Context(), store.In(dimension, value))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := counts("referral", "V-01"); n != 1 {
		t.Errorf("%d people are to be referred, want 1", n)
	}
	if n := counts("alert", "activo"); n != 0 {
		t.Errorf("%d alerts are on after one tap stopped the only one", n)
	}
	w.does(ana.id, writes("/mis_datos"), "Le interesa el trabajo: Auxiliar de cocina")
	w.does(ana.id, writes("/borrar"), "escriba la palabra")
	w.does(ana.id, writes("borrar"), "Borramos sus datos")
	w.settled(s)
	err = s.Walk(t.Context(), func(key, content string) {
		row, ok := store.Match(key)
		if !ok {
			t.Errorf("a key of nobody: %s", row.Name)
			return
		}
		switch row.Erase {
		case store.EraseNone, store.EraseProof, store.EraseFree, store.EraseLedgers: // the list of ledgers names nobody
		case store.EraseSeat:
			if strings.Trim(content, "\x00") != "" {
				t.Error("somebody is still on the roster")
			}
		default:
			t.Errorf("left after the erasure: %s", row.Name)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	w.sweep(s)
}

// whereItIsNoon is a time zone in which it is about noon now: nothing unasked is
// said at night, whatever the hour of the test.
func whereItIsNoon(t *testing.T) (zone string, now time.Time) {
	t.Helper()
	east := 12 - time.Now().UTC().Hour()
	zone = fmt.Sprintf("Etc/GMT%+d", -east) // these names count the other way
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return zone, time.Now().In(location)
}

// does has the person do a step and waits for what the bot says to it.
func (w *town) does(chat int64, s step, answer string) {
	w.t.Helper()
	var last int64
	messages, err := w.tg.Messages(chat, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range messages {
		last = max(last, m.MessageID)
	}
	if s.words != "" {
		_, err = w.tg.Say(chat, s.words)
	} else {
		ctx, cancel := context.WithTimeout(w.t.Context(), stepWithin)
		defer cancel()
		var at spot
		if at, err = s.find(ctx, w.tg, chat); err == nil {
			_, _, err = w.tg.Tap(chat, at.message, at.row, at.column)
		}
	}
	if err != nil {
		w.t.Fatalf("%s%s: %v\n%s", s.words, s.press, err, seen(w.tg, chat))
	}
	eventually(w.t, answer, func() bool {
		messages, err := w.tg.Messages(chat, 0)
		return err == nil && slices.ContainsFunc(messages, func(m emulator.Message) bool {
			return m.From == "bot" && m.MessageID > last && strings.Contains(m.Text, answer)
		})
	})
}

// imports runs the program's own import beside the one that serves.
func (w *town) imports(r *replica, vacancies []programme.Vacancy) {
	w.t.Helper()
	name := filepath.Join(w.t.TempDir(), "vacantes.csv")
	file, err := os.Create(name)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := programme.WriteVacancies(file, programme.CSV, slices.Values(vacancies)); err != nil {
		w.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.Command(w.program, "import", "vacancies", name)
	cmd.Env, cmd.Dir = r.env, r.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("import: %v\n%s", err, out)
	}
}
