package store

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Options reads a Redis URL. The forms:
//
//	redis://localhost:6379/0                        one server (rediss:// for TLS)
//	redis://user:password@host:6379                 with a login
//	unix:///run/redis.sock                          one server by its socket
//	redis://a:6379,b:6379,c:6379                    a cluster, by some of its nodes
//	redis://a:6379?cluster=true                     a cluster, by one of its nodes
//	redis://a:26379,b:26379,c:26379?master=arraigo  the master that Sentinels name
//
// A Sentinel that wants a password of its own gets it as sentinel_password. All
// other parameters are those of redis.ParseURL. A cluster has no databases: a
// number after the slash is refused. Errors never quote the URL: it may hold a
// password.
func Options(raw string) (*redis.UniversalOptions, error) {
	if raw == "" {
		return nil, errors.New("no Redis URL")
	}
	if strings.HasPrefix(raw, "unix://") {
		o, err := redis.ParseURL(raw)
		if err != nil {
			return nil, errRedisURL
		}
		u := universal(o)
		u.Addrs = []string{o.Addr}
		return u, nil
	}
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || (scheme != "redis" && scheme != "rediss") {
		return nil, errRedisURL
	}
	// net/url refuses a list of hosts with ports, so only the first one stays
	// in what is parsed, and the others are set aside.
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	login, hosts := "", authority
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		login, hosts = authority[:i+1], authority[i+1:]
	}
	addrs := strings.Split(hosts, ",")
	parsed, err := url.Parse(scheme + "://" + login + addrs[0] + tail)
	if err != nil {
		return nil, errRedisURL
	}
	q := parsed.Query()
	master, cluster, sentinelPassword := q.Get("master"), q.Get("cluster") == "true", q.Get("sentinel_password")
	q.Del("master")
	q.Del("cluster")
	q.Del("sentinel_password")
	parsed.RawQuery = q.Encode()
	o, err := redis.ParseURL(parsed.String())
	if err != nil {
		return nil, errRedisURL
	}
	port := "6379"
	if master != "" {
		port = "26379"
	}
	u := universal(o)
	for _, a := range addrs {
		if a == "" {
			return nil, fmt.Errorf("%w: an address is empty", errRedisURL)
		}
		if !strings.Contains(strings.TrimPrefix(a, "["), ":") {
			a += ":" + port
		}
		u.Addrs = append(u.Addrs, a)
	}
	u.MasterName, u.SentinelPassword = master, sentinelPassword
	u.IsClusterMode = cluster && master == ""
	if (u.IsClusterMode || len(addrs) > 1) && master == "" && o.DB != 0 {
		return nil, fmt.Errorf("%w: a cluster has no database %d", errRedisURL, o.DB)
	}
	return u, nil
}

var errRedisURL = errors.New("want a Redis URL such as redis://localhost:6379/0")

func universal(o *redis.Options) *redis.UniversalOptions {
	return &redis.UniversalOptions{
		DB: o.DB, Username: o.Username, Password: o.Password, Protocol: o.Protocol, ClientName: o.ClientName,
		TLSConfig: o.TLSConfig, MinIdleConns: o.MinIdleConns, MaxIdleConns: o.MaxIdleConns,
		MaxActiveConns: o.MaxActiveConns, ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime,
		PoolTimeout: o.PoolTimeout, PoolFIFO: o.PoolFIFO,
	}
}
