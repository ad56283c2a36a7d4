package locales

import (
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestKeyPositions(t *testing.T) {
	src := strings.Join([]string{
		"\uFEFF# [not.a.table]",      // 1
		"[menu] # comment",           // 2
		"título = \"x\"",             // 3
		"a.b = 'C:\\'",               // 4
		"  \"c d\" = \"\"\"",         // 5
		"fake = 1",                   // 6
		"\\\"\"\" inside\"\"\"\"",    // 7
		"[ menu . sub ]",             // 8
		"é = {one = \"#\", other=''", // 9
	}, "\n")
	src = strings.Replace(src, "é = {one = \"#\", other=''", "e = {one = \"#{}\", other=''}\nlist = [1, '''\n]''', # ]\n \"a=b\"]\nlast = \"\"", 1)
	src = strings.Replace(src, "título", "titulo", 1)
	want := map[string]position{
		"menu": {2, 2}, "menu.titulo": {3, 1}, "menu.a": {4, 1}, "menu.a.b": {4, 1}, "menu.c d": {5, 3},
		"menu.sub": {8, 3}, "menu.sub.e": {9, 1}, "menu.sub.e.one": {9, 6}, "menu.sub.e.other": {9, 19},
		"menu.sub.list": {10, 1}, "menu.sub.last": {13, 1},
	}
	var tree map[string]any
	if _, err := toml.Decode(src, &tree); err != nil {
		t.Fatalf("the document of this test is not TOML: %v", err)
	}
	if d := cmp.Diff(want, keyPositions(src), cmp.AllowUnexported(position{})); d != "" {
		t.Errorf("positions (-want +got):\n%s", d)
	}
}

// Every key that the TOML library finds must have a place, whatever the texts
// hold, and at that place the file must show that key.
func TestEveryKeyHasItsPlace(t *testing.T) {
	name := rapid.StringMatching(`[a-z][a-z0-9_-]{0,6}`)
	content := rapid.StringOf(rapid.SampledFrom([]rune("ab ñ#=[]{}.,'é\n\t")))
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for i := range rapid.IntRange(1, 4).Draw(t, "tables") {
			b.WriteString(rapid.SampledFrom([]string{"", "# [x] = \"\n", "\n\n", "  "}).Draw(t, "before"))
			b.WriteString("[t" + string(rune('a'+i)) + "." + name.Draw(t, "table") + "]\n")
			seen := map[string]bool{}
			for range rapid.IntRange(0, 4).Draw(t, "keys") {
				key := name.Draw(t, "key")
				if seen[key] {
					continue
				}
				seen[key] = true
				text := content.Draw(t, "text")
				line := strings.NewReplacer("\n", " ", "\t", " ", "'", " ").Replace(text)
				b.WriteString(key + rapid.SampledFrom([]string{" = ", "=", "\t=  "}).Draw(t, "equals"))
				b.WriteString(rapid.SampledFrom([]string{`"` + line + `"`, "'" + line + "'", `"""` + text + `"""`, "'''" + strings.ReplaceAll(text, "'", "") + "'''", `"a\"b\\"`, `{ one = "` + line + `", other = '}' }`}).Draw(t, "value"))
				b.WriteString(rapid.SampledFrom([]string{"\n", " # c\n", "\r\n"}).Draw(t, "end"))
			}
		}
		src := b.String()
		var tree map[string]any
		meta, err := toml.Decode(src, &tree)
		if err != nil {
			t.Fatalf("the generator wrote no TOML: %v\n%s", err, src)
		}
		lines := strings.Split(src, "\n")
		found := keyPositions(src)
		for _, key := range meta.Keys() {
			p, ok := found[key.String()]
			if !ok {
				t.Fatalf("no place for %s in\n%s", key, src)
			}
			at := string([]rune(lines[p.line-1])[p.column-1:])
			if !strings.HasPrefix(at, key[len(key)-1]) && !strings.HasPrefix(at, key.String()) {
				t.Fatalf("%s is said to be at %+v, where the file has %q", key, p, at)
			}
		}
	})
}

func FuzzKeyPositionsEnds(f *testing.F) {
	f.Add("[a]\nb = \"\"\"x")
	f.Add("a = {b = [")
	f.Add("]=,}\"'")
	f.Fuzz(func(t *testing.T, src string) {
		for key, p := range keyPositions(src) {
			if p.line < 1 || p.column < 1 {
				t.Errorf("%q at %+v", key, p)
			}
		}
	})
}
