package emulator

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

const defaultConnections = 40

// webhookPorts are those that Telegram connects to.
var webhookPorts = map[string]bool{"443": true, "80": true, "88": true, "8443": true}

func (c *call) setWebhook() (any, *apiError) {
	options := webhookOptions{
		secret:         c.p.str("secret_token"),
		fixedIP:        c.p.str("ip_address"),
		maxConnections: int(c.p.int("max_connections", defaultConnections, 1, 100)),
	}
	if up := c.p.files["certificate"]; up != nil {
		options.certificate = string(up.data)
	}
	if len(options.secret) > 256 {
		return nil, bad("secret token is too long")
	}
	if !isBase64URL(options.secret) {
		return nil, bad("secret token contains unallowed characters")
	}
	return c.changeWebhook(c.p.str("url"), options)
}

func (c *call) deleteWebhook() (any, *apiError) {
	return c.changeWebhook("", webhookOptions{})
}

// changeWebhook replaces the webhook by another or by none. A new address
// that is refused leaves none, as in Telegram.
func (c *call) changeWebhook(address string, options webhookOptions) (any, *apiError) {
	s := c.s
	drop := c.p.bool("drop_pending_updates")
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, errRestart
	}
	old := s.hook
	same := old == nil && address == "" || old != nil && old.given == address && old.options == options && options.certificate == ""
	if same && !drop {
		s.updates.setAllowed(c.p.str("allowed_updates"))
		s.mu.Unlock()
		if address == "" {
			return described{true, "Webhook is already deleted"}, nil
		}
		return described{true, "Webhook is already set"}, nil
	}
	if address != "" {
		if now := s.now(); now.Sub(s.hookSet) < time.Second {
			s.mu.Unlock()
			return nil, tooMany(1)
		} else {
			s.hookSet = now
		}
		s.polls.end(conflict("terminated by setWebhook request"))
	}
	s.hook = nil
	s.updates.setAllowed(c.p.str("allowed_updates"))
	if drop {
		for _, p := range s.updates.rest() {
			s.updates.remove(p)
		}
	}
	s.mu.Unlock()
	if old != nil {
		old.shut()
	}
	if address == "" {
		if old == nil {
			return described{true, "Webhook is already deleted"}, nil
		}
		return described{true, "Webhook was deleted"}, nil
	}
	u, ip, refusal := c.checkAddress(address, options)
	if refusal != nil {
		return nil, refusal
	}
	hook := newWebhook(s, u, address, options)
	hook.ip = ip
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.hook != nil {
		hook.cancel()
		return nil, conflict("terminated by other setWebhook")
	}
	s.hook = hook
	for _, p := range s.updates.rest() {
		hook.add(p)
	}
	return described{true, "Webhook was set"}, nil
}

// checkAddress refuses what Telegram would not connect to.
func (c *call) checkAddress(address string, options webhookOptions) (*url.URL, string, *apiError) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, "", bad("invalid webhook URL specified")
	}
	if options.fixedIP != "" {
		if _, err := netip.ParseAddr(options.fixedIP); err != nil {
			return nil, "", bad("bad webhook: Invalid IP address specified")
		}
	}
	if c.s.cfg.AllowInsecureWebhook {
		return u, options.fixedIP, nil
	}
	if u.Scheme != "https" {
		return nil, "", bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if port := u.Port(); port != "" && !webhookPorts[port] {
		return nil, "", bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	ip := options.fixedIP
	if ip == "" {
		if ip, err = resolve(c.ctx, u.Hostname()); err != nil {
			return nil, "", bad("bad webhook: Failed to resolve host: Name or service not known")
		}
	}
	at, err := netip.ParseAddr(ip)
	switch {
	case err != nil:
		return nil, "", bad("bad webhook: Invalid IP address specified")
	case !at.Is4():
		return nil, "", bad("bad webhook: IPv6-only addresses are not allowed")
	case reserved(at):
		return nil, "", bad("bad webhook: IP address %s is reserved", ip)
	}
	return u, ip, nil
}

// resolve prefers IPv4, the only kind that Telegram uses.
func resolve(ctx context.Context, host string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	list, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return "", err
	}
	for _, at := range list {
		if at.Unmap().Is4() {
			return at.Unmap().String(), nil
		}
	}
	if len(list) == 0 {
		return "", &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return list[0].String(), nil
}

// reservedNets are the IPv4 networks of the IANA special-purpose registry
// (https://www.iana.org/assignments/iana-ipv4-special-registry) and multicast.
var reservedNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("224.0.0.0/3"),
}

func reserved(ip netip.Addr) bool {
	for _, net := range reservedNets {
		if net.Contains(ip) {
			return true
		}
	}
	return false
}

type webhookInfo struct {
	URL            string   `json:"url"`
	Certificate    bool     `json:"has_custom_certificate"`
	Pending        int      `json:"pending_update_count"`
	LastErrorDate  int64    `json:"last_error_date,omitempty"`
	LastError      string   `json:"last_error_message,omitempty"`
	MaxConnections int      `json:"max_connections,omitempty"`
	IPAddress      string   `json:"ip_address,omitempty"`
	AllowedUpdates []string `json:"allowed_updates,omitempty"`
}

func (c *call) getWebhookInfo() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates.expire(s.now())
	info := webhookInfo{Pending: s.updates.count, AllowedUpdates: s.updates.names}
	if h := s.hook; h != nil {
		info.URL, info.Certificate, info.MaxConnections, info.IPAddress = h.given, h.options.certificate != "", h.options.maxConnections, h.ip
		if h.failure != "" {
			info.LastErrorDate, info.LastError = h.failedAt.Unix(), h.failure
		}
	}
	return info, nil
}
