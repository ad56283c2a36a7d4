package emulator

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

// pagePolicy lets the page reach its own origin and nothing else. Trusted
// Types makes the browser itself refuse a string where markup is expected,
// except through the one policy that the page's sanitiser owns.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types arraigo-rich"

// PageLink is one link in the header of the chat page, for example to the
// console of the program that runs the emulator.
type PageLink struct {
	Text string
	Href string // same-origin path or http(s) address
}

// pageData is what index.html is rendered from.
type pageData struct {
	T       map[string]string
	Links   []PageLink
	Clock   *pageClock
	Modules []string // scripts that main.js needs, so that they load at once
}

// pageClock is a PageClock without what it does.
type pageClock struct {
	Zone  string
	Moves []pageMove
}

type pageMove struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (c *PageClock) page() *pageClock {
	if c == nil {
		return nil
	}
	out := &pageClock{Zone: c.Zone}
	for _, m := range c.Moves {
		out.Moves = append(out.Moves, pageMove{m.Name, m.Text})
	}
	return out
}

// pageAsset is one file as it goes over the wire.
type pageAsset struct {
	contentType string
	plain       []byte
	packed      []byte // gzip of plain
	tag         string // hash of plain, without quotes
}

// pageHandler serves the chat page on GET / and its files under
// GET /emulator/static/. texts replaces the entries of DefaultPageText that it
// holds; keys it does not know are ignored, so a page never shows a raw key.
func pageHandler(texts map[string]string, clock *PageClock, links ...PageLink) http.Handler {
	words := DefaultPageText()
	for key := range words {
		if text, ok := texts[key]; ok && text != "" {
			words[key] = text
		}
	}
	assets, err := pageAssets(pageData{T: words, Links: links, Clock: clock.page()})
	if err != nil {
		// The files are compiled in: this is a broken build, not a condition.
		panic(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		assets["index.html"].serve(w, r)
	})
	mux.HandleFunc("GET /emulator/static/{file...}", func(w http.ResponseWriter, r *http.Request) {
		asset, ok := assets[r.PathValue("file")]
		if !ok || r.PathValue("file") == "index.html" {
			http.NotFound(w, r)
			return
		}
		asset.serve(w, r)
	})
	return mux
}

// pageModules names the scripts that main.js imports, directly or not.
func pageModules() ([]string, error) {
	names, err := fs.Glob(pageFiles, "page/*.js")
	if err != nil {
		return nil, fmt.Errorf("list page scripts: %w", err)
	}
	var modules []string
	for _, name := range names {
		if base := path.Base(name); base != "main.js" && base != "theme.js" {
			modules = append(modules, base)
		}
	}
	return modules, nil
}

// pageAssets reads every embedded file, renders the page with data and packs
// each once, so that serving is a map look-up.
func pageAssets(data pageData) (map[string]pageAsset, error) {
	modules, err := pageModules()
	if err != nil {
		return nil, err
	}
	data.Modules = modules
	assets := map[string]pageAsset{}
	err = fs.WalkDir(pageFiles, "page", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		plain, err := pageFiles.ReadFile(name)
		if err != nil {
			return err
		}
		if path.Base(name) == "index.html" {
			if plain, err = renderPage(plain, data); err != nil {
				return err
			}
		}
		var packed bytes.Buffer
		zip, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := zip.Write(plain); err != nil {
			return err
		}
		if err := zip.Close(); err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		assets[strings.TrimPrefix(name, "page/")] = pageAsset{
			contentType: pageContentType(name),
			plain:       plain,
			packed:      packed.Bytes(),
			tag:         hex.EncodeToString(sum[:12]),
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read chat page: %w", err)
	}
	return assets, nil
}

func renderPage(source []byte, data pageData) ([]byte, error) {
	tmpl, err := template.New("index.html").Option("missingkey=error").Parse(string(source))
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("render page: %w", err)
	}
	return out.Bytes(), nil
}

// pageContentType does not trust the host's MIME table for the types a browser
// refuses to run under nosniff.
func pageContentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func (a pageAsset) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	maps.Copy(header, http.Header{
		"Content-Type":                 {a.contentType},
		"Content-Security-Policy":      {pagePolicy},
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"no-referrer"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=()"},
		// Always asked again, answered 304 while unchanged: a new build is
		// never shown with the scripts of the last one.
		"Cache-Control": {"no-cache"},
		"Vary":          {"Accept-Encoding"},
	})
	body, tag := a.plain, a.tag
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body, tag = a.packed, a.tag+"-gz"
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
