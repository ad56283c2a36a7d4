package flows

import (
	"os"
	"sort"
	"testing"
)

// kinds of transcript that every flow with a question of its own needs. A flow
// that only speaks needs the first and the last.
var kinds = []string{"happy", "correction", "cancel", "nonsense", "stale", "digression"}

func TestEveryFlowHasItsTranscripts(t *testing.T) {
	for _, f := range testSet(t).Flows() {
		asks := false
		for _, step := range f.Steps {
			asks = asks || step.Collect != ""
		}
		for _, kind := range kinds {
			if !asks && kind != "happy" && kind != "digression" {
				continue
			}
			if _, err := os.Stat("testdata/" + f.Name + "_" + kind + ".txt"); err != nil {
				t.Errorf("flow %s lacks the transcript testdata/%s_%s.txt: record it with arraigo chat %s --record", f.Name, f.Name, kind, f.Name)
			}
		}
	}
}

func TestTranscriptsVisitEveryStep(t *testing.T) {
	set := testSet(t)
	visited := map[string]bool{}
	for _, file := range transcripts(t) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, c := play(t, set, string(source))
		for step := range c.Visited {
			visited[step] = true
		}
	}
	var missing []string
	for _, f := range set.Flows() {
		for _, step := range f.Steps {
			if name := f.Name + "." + step.ID; !visited[name] {
				missing = append(missing, name)
			}
		}
	}
	sort.Strings(missing)
	for _, step := range missing {
		t.Errorf("no transcript visits %s", step)
	}
}
