package emulator

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func getPage(t *testing.T, h http.Handler, path string, header map[string]string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestPageHeaders(t *testing.T) {
	h := pageHandler(nil, nil)
	for path, contentType := range map[string]string{
		"/":                            "text/html; charset=utf-8",
		"/emulator/static/main.js":     "text/javascript; charset=utf-8",
		"/emulator/static/base.css":    "text/css; charset=utf-8",
		"/emulator/static/leaves.svg":  "image/svg+xml",
		"/emulator/static/message.css": "text/css; charset=utf-8",
	} {
		r := getPage(t, h, path, nil)
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", path, r.StatusCode)
		}
		for name, want := range map[string]string{
			"Content-Type":           contentType,
			"X-Content-Type-Options": "nosniff",
			"Referrer-Policy":        "no-referrer",
			"Cache-Control":          "no-cache",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		policy := r.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: policy %q lacks %q", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q lets in more than the page's own files", path, policy)
		}
	}
}

func TestPageIsAskedAgainAndAnswered304(t *testing.T) {
	h := pageHandler(nil, nil)
	first := getPage(t, h, "/emulator/static/main.js", nil)
	tag := first.Header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if again := getPage(t, h, "/emulator/static/main.js", map[string]string{"If-None-Match": tag}); again.StatusCode != http.StatusNotModified {
		t.Errorf("same tag: status %d, want 304", again.StatusCode)
	}
	if other := getPage(t, h, "/emulator/static/main.js", map[string]string{"If-None-Match": `"other"`}); other.StatusCode != http.StatusOK {
		t.Errorf("other tag: status %d, want 200", other.StatusCode)
	}
	packed := getPage(t, h, "/emulator/static/main.js", map[string]string{"Accept-Encoding": "gzip"})
	if packed.Header.Get("ETag") == tag {
		t.Error("packed and plain bytes share an ETag")
	}
	unzip, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bodyOf(t, first), string(got)); diff != "" {
		t.Errorf("packed file differs (-plain +packed):\n%s", diff)
	}
}

func TestPageServesNothingElse(t *testing.T) {
	h := pageHandler(nil, nil)
	for _, path := range []string{"/emulator/static/", "/emulator/static/index.html", "/emulator/static/none.js", "/emulator/static/..%2fpage.go", "/other"} {
		if r := getPage(t, h, path, nil); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, r.StatusCode)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /: status %d, want 405", w.Code)
	}
}

func TestPageTextsOfTheProgram(t *testing.T) {
	hostile := `</script><script>alert(1)</script>`
	h := pageHandler(map[string]string{"lang": "es", "local_demo": "Demostración local.", "start": hostile, "nobody": `"><img src=x>`, "people": "", "unknown": "never shown"}, nil,
		PageLink{Text: "Consola <b>", Href: "/console/"}, PageLink{Text: "Mala", Href: "javascript:alert(1)"})
	page := bodyOf(t, getPage(t, h, "/", nil))
	for _, want := range []string{`<html lang="es">`, "Demostración local.", `href="/console/"`, "Consola &lt;b&gt;", DefaultPageText()["people"]} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %q", want)
		}
	}
	for _, bad := range []string{hostile, "<script>alert", "<img src=x>", "never shown", "javascript:alert"} {
		if strings.Contains(page, bad) {
			t.Errorf("page contains %q", bad)
		}
	}
}

// Every word that the page asks for is in the list, and nothing in the list
// is asked for by nobody.
func TestPageTextKeys(t *testing.T) {
	assets, err := pageAssets(pageData{T: DefaultPageText()})
	if err != nil {
		t.Fatal(err)
	}
	source, err := pageFiles.ReadFile("page/index.html")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"lang": true}
	for _, m := range regexp.MustCompile(`\{\{\$?\.T\.(\w+)\}\}`).FindAllSubmatch(source, -1) {
		used[string(m[1])] = true
	}
	literal := regexp.MustCompile(`\bt\((?:[^'()]*\? )?'(\w+)'(?: : '(\w+)')?`)
	for name, asset := range assets {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, m := range literal.FindAllSubmatch(asset.plain, -1) {
			used[string(m[1])] = true
			if len(m[2]) > 0 {
				used[string(m[2])] = true
			}
		}
		if strings.Contains(string(asset.plain), "t(`kind_${") {
			for _, kind := range []string{"photo", "document", "voice", "location", "contact", "sticker"} {
				used["kind_"+kind] = true
			}
		}
		if strings.Contains(string(asset.plain), "t(`service_${") {
			for _, kind := range []string{"joined", "left", "created"} {
				used["service_"+kind] = true
			}
		}
	}
	known := DefaultPageText()
	var missing, idle []string
	for key := range used {
		if known[key] == "" {
			missing = append(missing, key)
		}
	}
	for key := range known {
		if !used[key] {
			idle = append(idle, key)
		}
	}
	slices.Sort(missing)
	slices.Sort(idle)
	if missing != nil || idle != nil {
		t.Errorf("asked for and not listed: %v\nlisted and not asked for: %v", missing, idle)
	}
}

func TestPageWeight(t *testing.T) {
	assets, err := pageAssets(pageData{T: DefaultPageText()})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for name, asset := range assets {
		if !strings.HasSuffix(name, ".woff2") { // fetched only where there are no emoji
			total += len(asset.packed)
		}
	}
	const limit = 60_000
	if total > limit {
		t.Errorf("the page weighs %d bytes on the wire, more than %d", total, limit)
	}
	t.Logf("%d files, %d bytes on the wire", len(assets), total)
}
