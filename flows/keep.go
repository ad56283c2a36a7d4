package flows

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Keep is how long a slot outlives its use: "flow" (until the flow ends), or a
// time after the person's last contact such as "30d" or "12mo". Every slot
// states one; the shortest honest one.
type Keep struct {
	Flow  bool
	After time.Duration // a month counts 30.4 days
}

// ParseKeep reads "flow", "Nd" or "Nmo", N from 1.
func ParseKeep(s string) (Keep, error) {
	if s == "flow" {
		return Keep{Flow: true}, nil
	}
	day := 24 * time.Hour
	for suffix, unit := range map[string]time.Duration{"d": day, "mo": day * 365 / 12} {
		if digits, ok := strings.CutSuffix(s, suffix); ok {
			if n, err := strconv.Atoi(digits); err == nil && n > 0 && n <= 3650 {
				return Keep{After: time.Duration(n) * unit}, nil
			}
		}
	}
	return Keep{}, fmt.Errorf("keep %q: write flow, a number of days (30d) or of months (12mo)", s)
}
