package console

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// pagePolicy lets a page reach its own origin and nothing else. Trusted Types
// make the browser itself refuse a string where markup is expected, except
// through the policy with which console.js takes in what this server rendered.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types arraigo-console"

// A guard decides what reaches the pages at all, before anybody is known.
type guard struct {
	cross  *http.CrossOriginProtection
	origin string // scheme and host of the public address; "" when there is none
	local  bool   // nobody but this computer is answered
}

func newGuard(c Config) (*guard, error) {
	g := &guard{cross: http.NewCrossOriginProtection(), local: c.PublicURL == ""}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil {
			return nil, fmt.Errorf("public address: %w", err)
		}
		g.origin = u.Scheme + "://" + u.Host
		if err := g.cross.AddTrustedOrigin(g.origin); err != nil {
			return nil, fmt.Errorf("public address: %w", err)
		}
	}
	return g, nil
}

// secure reports whether people come by https, so that cookies can be bound to
// it.
func (g *guard) secure() bool { return strings.HasPrefix(g.origin, "https://") }

// protect sets the headers of every answer and refuses what no page of ours
// sends.
func (g *guard) protect(w http.ResponseWriter, r *http.Request, next http.Handler) {
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "no-store")
	if g.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	switch {
	case g.local && !loopback(r.Host):
		// Without a public address the console is for who sits at this computer:
		// a name that an attacker points here is not it.
		http.Error(w, "The console is for this computer only: set ARRAIGO_PUBLIC_URL to reach it by another address.", http.StatusMisdirectedRequest)
	case !reads(r.Method) && !g.proven(r):
		http.Error(w, "This was not sent by a page of the console. Go back, load the page again and repeat it.", http.StatusForbidden)
	default:
		next.ServeHTTP(w, r)
	}
}

// reads reports whether a method changes nothing.
func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// proven reports whether a request that may change something carries the
// browser's word that a page of this origin sent it. The protection of net/http
// lets pass what has neither header, because no browser sends that; here nothing
// but a browser has any business, so it is refused too.
func (g *guard) proven(r *http.Request) bool {
	if g.cross.Check(r) != nil {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin":
		return true
	case "", "none":
		return g.own(r.Header.Get("Origin"), r.Host)
	}
	return false
}

// own reports whether an Origin is this server's.
func (g *guard) own(origin, host string) bool {
	if origin == "" {
		return false
	}
	if g.origin != "" && strings.EqualFold(origin, g.origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && host != "" && strings.EqualFold(u.Host, host)
}

// loopback reports whether a Host header means this computer.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// plainGet returns the path of a pattern that is a page of its own.
func plainGet(pattern string) (path string, ok bool) {
	path, ok = strings.CutPrefix(pattern, "GET ")
	path = strings.TrimSuffix(path, "{$}")
	return path, ok && !strings.Contains(path, "{")
}
