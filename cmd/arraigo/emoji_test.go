package main

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"arraigo/locales"
)

// The demo page brings the pictures that texts use, for computers without any.
func TestDemoPageKnowsEveryEmoji(t *testing.T) {
	css, err := os.ReadFile("../../emulator/page/base.css")
	if err != nil {
		t.Fatal(err)
	}
	known := regexp.MustCompile(`unicode-range: ([^;]+);`).FindString(string(css))
	files, err := fs.Glob(locales.Files(), "*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d locale files, %v", len(files), err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(locales.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(text) {
			if (r >= 0x1F000 || r == '✅' || r == '❌') && !strings.Contains(strings.ReplaceAll(known, ";", ","), fmt.Sprintf("U+%X,", r)) {
				t.Errorf("%s uses %c (U+%X), which emulator/page/emoji.woff2 does not have: see emulator/EMOJI.md", name, r, r)
			}
		}
	}
}
