package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"time"
)

//go:embed static
var staticFiles embed.FS

// assets are the files of the pages, by name. Their address holds a hash of all
// of them, so that a browser may keep them for ever.
type assets struct {
	hash  string
	files map[string]asset
}

type asset struct {
	kind          string
	plain, packed []byte
}

// assetKinds does not trust the host's table for what a browser refuses to use
// under nosniff.
var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func readAssets() (assets, error) {
	a := assets{files: map[string]asset{}}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return a, fmt.Errorf("read files of the console: %w", err)
	}
	sum := sha256.New()
	for _, e := range entries {
		plain, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return a, fmt.Errorf("read files of the console: %w", err)
		}
		if path.Ext(e.Name()) == ".css" {
			plain = withoutComments(plain)
		}
		packed, err := pack(plain, gzip.BestCompression)
		if err != nil {
			return a, err
		}
		sum.Write(plain)
		a.files[e.Name()] = asset{assetKinds[path.Ext(e.Name())], plain, packed}
	}
	a.hash = hex.EncodeToString(sum.Sum(nil)[:6])
	return a, nil
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssIndent  = regexp.MustCompile(`\n\s*`)
)

// withoutComments takes out of a style sheet what is for who reads it here. Our
// sheets have no quoted comment and no quoted line.
func withoutComments(css []byte) []byte {
	return cssIndent.ReplaceAll(cssComment.ReplaceAll(css, nil), []byte("\n"))
}

// path is the address of a file.
func (a assets) path(file string) string { return "/console/static/" + a.hash + "/" + file }

// ServeHTTP sends a file. An old hash gets the file of today, but not for ever.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.files[r.PathValue("file")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("Vary", "Accept-Encoding")
	if r.PathValue("hash") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := file.plain
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = file.packed
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func pack(plain []byte, level int) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if _, err := z.Write(plain); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return b.Bytes(), nil
}
