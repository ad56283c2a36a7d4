package locales

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pluralsOf(t *testing.T, tag string) *plurals {
	t.Helper()
	p, err := newPlurals(tag)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The forms of CLDR 48 (https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html).
func TestPluralFormsOfEachLanguage(t *testing.T) {
	romance := []form{one, many, other}
	for tag, want := range map[string][]form{
		"es": romance, "pt": romance, "fr": romance, "en": {one, other}, "ht": {one, other}, "guc": {one, other},
		"ar": {zero, one, two, few, many, other}, "ru": {one, few, many, other}, "ja": {other},
	} {
		if d := cmp.Diff(want, pluralsOf(t, tag).required); d != "" {
			t.Errorf("%s (-want +got):\n%s", tag, d)
		}
	}
}

func TestPluralFormOfANumber(t *testing.T) {
	for _, row := range []struct {
		tag  string
		n    int64
		want form
	}{
		{"es", 0, other}, {"es", 1, one}, {"es", -1, one}, {"es", 2, other}, {"es", 255, other}, {"es", 256, other},
		{"es", 1_000_000, many}, {"es", 1_000_001, other}, {"es", -9223372036854775808, other},
		{"fr", 0, one}, {"pt", 0, one}, {"en", 0, other}, {"en", 1, one}, {"en", 1_000_000, other},
		{"ht", 1, one}, {"ht", 2, other}, {"ru", 1022, few},
	} {
		if got := pluralsOf(t, row.tag).form(row.n); got != row.want {
			t.Errorf("%s %d: %s, want %s", row.tag, row.n, got, row.want)
		}
	}
}
