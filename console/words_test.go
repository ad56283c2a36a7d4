package console

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"arraigo/locales"
)

// aKey is a locale key of the console as the code and the pages name it; one that
// ends in a dot is the table of keys that are put together.
var aKey = regexp.MustCompile(`"(console\.[a-z0-9_.]*)"`)

// TestWordsAreUsed compares the words of the console with its code and pages:
// arraigo check takes all of console.* for used.
func TestWordsAreUsed(t *testing.T) {
	named := map[string]string{}
	here := os.DirFS("..")
	// The reasons of an outreach are in words where chat, pages and files have them.
	for _, pattern := range []string{"console/*.go", "console/pages/*.html", "outreach/report.go"} {
		files, err := fs.Glob(here, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := fs.ReadFile(here, file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range aKey.FindAllSubmatch(text, -1) {
				if key := string(m[1]); key != "console.css" && key != "console.js" {
					named[key] = file
				}
			}
		}
	}
	// The link in the demo's chat page is the program's.
	named["console.demo."] = "cmd/arraigo/demo.go"
	catalog := shipped(t).Catalog
	for key, file := range named {
		if !strings.HasSuffix(key, ".") && !catalog.Has(locales.Spanish, key) {
			t.Errorf("%s names %s, which no catalogue has", file, key)
		}
	}
	for _, key := range catalog.Keys() {
		if !strings.HasPrefix(key, "console.") {
			continue
		}
		if !catalog.Has(english, key) {
			t.Errorf("%s is not there in English", key)
		}
		used := named[key] != ""
		for at := strings.LastIndexByte(key, '.'); !used && at > len("console."); at = strings.LastIndexByte(key[:at], '.') {
			used = named[key[:at+1]] != ""
		}
		if !used {
			t.Errorf("nothing shows %s", key)
		}
	}
}
