package flows

import (
	"fmt"
	"maps"
	"slices"

	"github.com/agnivade/levenshtein"
)

// suggestion returns ": did you mean …?" with the name most like the one that
// was written, or "" when none is near.
func suggestion[V any](name string, known map[string]V) string {
	best, distance := "", 3
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if d := levenshtein.ComputeDistance(name, k); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %q?", best)
}
