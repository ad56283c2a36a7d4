package flows

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/locales"
	"arraigo/programme"

	"github.com/google/go-cmp/cmp"
)

var record = flag.Bool("record", false, "write what the engine answers into the transcripts; read the difference before you commit it")

// noon is a Monday in Bogotá, in waking hours.
var noon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

func testConfig(t testing.TB) Config {
	t.Helper()
	catalog, err := locales.Load(locales.Files())
	if err != nil {
		t.Fatal(err)
	}
	data, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Catalog: catalog, Data: data, Round: data.Calls.Open(programme.DateOf(noon))[0],
		Policy: Policy{Version: 1, Entity: "Organización Ejemplo (ficticia)", Contact: "datos@ejemplo.org", Dated: noon.Unix()},
		Calls:  append(PlaceCalls(), "data_summary", "new_report", "file_report", "find_report", "hide_chat", "find_announcement"),
		Keys:   []locales.Use{{Key: "bot.*"}, {Key: "page.*"}, {Key: "staff.*"}, {Key: "my_data.held"}, {Key: "my_data.document.*"}},
	}
}

func testSet(t testing.TB) *Set {
	t.Helper()
	set, err := Load(testConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

var samples struct {
	sync.Mutex
	catalogue programme.Catalogue
	offers    map[programme.Date]*programme.Offer
}

// sampleOffer publishes the sample programme as of noon's day on any day.
func sampleOffer(t testing.TB, set *Set) func(programme.Date) *programme.Offer {
	t.Helper()
	samples.Lock()
	defer samples.Unlock()
	if samples.offers == nil {
		var err error
		if samples.catalogue, err = set.Data.Samples(programme.DateOf(noon)); err != nil {
			t.Fatal(err)
		}
		samples.offers = map[programme.Date]*programme.Offer{}
	}
	return func(today programme.Date) *programme.Offer {
		samples.Lock()
		defer samples.Unlock()
		if samples.offers[today] == nil {
			samples.offers[today] = programme.NewOffer(set.Data, samples.catalogue, today)
		}
		return samples.offers[today]
	}
}

// changedOffer is what is published once the team has changed a row of its lists:
// its day, its hours (as an event has them, or a course in its schedule), or its
// state.
func changedOffer(t testing.TB, set *Set, change []string) func(programme.Date) *programme.Offer {
	t.Helper()
	c, err := set.Data.Samples(programme.DateOf(noon))
	if err != nil {
		t.Fatal(err)
	}
	id, fields := change[0], change[1:]
	for _, field := range fields {
		day, _ := programme.ParseDate(field)
		for i := range c.Events {
			switch e := &c.Events[i]; {
			case e.ID != id:
			case !day.IsZero():
				e.On = day
			case strings.Contains(field, ":"):
				e.Starts, e.Ends, _ = strings.Cut(field, "-")
			default:
				e.State = field
			}
		}
		for i := range c.Courses {
			switch x := &c.Courses[i]; {
			case x.ID != id:
			case !day.IsZero():
				x.Starts, x.Ends = day, x.Ends.AddDays(day.DaysSince(x.Starts))
			case strings.Contains(field, ":"):
				x.Schedule = field
			default:
				x.State = field
			}
		}
	}
	return func(today programme.Date) *programme.Offer { return programme.NewOffer(set.Data, c, today) }
}

func transcripts(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in testdata: %v", err)
	}
	return files
}

// play runs a transcript and returns it as the engine would have it.
func play(t testing.TB, set *Set, source string) (string, *Conversation) {
	t.Helper()
	c := &Conversation{Set: set, Now: noon, Offer: sampleOffer(t, set)}
	var out strings.Builder
	for i, line := range strings.Split(source, "\n") {
		said, person := strings.CutPrefix(line, "> ")
		setup, before := strings.CutPrefix(line, "= ")
		switch {
		case before: // what happened before, told in testdata/setup
			earlier, err := os.ReadFile(filepath.Join("testdata", "setup", setup+".txt"))
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			for _, step := range strings.Split(strings.TrimSpace(string(earlier)), "\n") {
				if _, err := c.Play(strings.TrimPrefix(step, "> ")); err != nil {
					t.Fatalf("line %d: setup %s: %s: %v", i+1, setup, step, err)
				}
			}
			out.WriteString(line + "\n")
		case person:
			answer, err := c.Play(unquote(said))
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			out.WriteString(line + "\n" + answer)
		case strings.HasPrefix(line, "! "): // what the team changes in its lists
			c.Offer, c.offer = changedOffer(t, set, strings.Fields(line)[1:]), nil
			out.WriteString(line + "\n")
		case strings.HasPrefix(line, "#") || line == "":
			out.WriteString(line + "\n")
		}
	}
	return strings.TrimRight(out.String(), "\n") + "\n", c
}

// unquote lets a transcript hold what an editor cannot show.
func unquote(s string) string {
	if rest, ok := strings.CutPrefix(s, "5000 times "); ok {
		return strings.Repeat(rest, 5000)
	}
	return strings.NewReplacer(`\u202e`, "\u202e", `\u0007`, "\u0007", `\u200f`, "\u200f").Replace(s)
}

func TestTranscripts(t *testing.T) {
	set := testSet(t)
	for _, file := range transcripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := play(t, set, string(source))
			if *record {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(source), got); diff != "" {
				t.Errorf("%s (-transcript +engine):\n%s", file, diff)
			}
		})
	}
}
