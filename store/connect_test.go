package store_test

import (
	"strings"
	"testing"

	"arraigo/store"

	"github.com/google/go-cmp/cmp"
)

func TestRedisURLs(t *testing.T) {
	type options struct {
		Addrs    []string
		DB       int
		User     string
		Password string
		TLS      bool
		Master   string
		Sentinel string
		Cluster  bool
	}
	for url, want := range map[string]options{
		"redis://localhost:6379/0":                          {Addrs: []string{"localhost:6379"}},
		"redis://localhost/3":                               {Addrs: []string{"localhost:6379"}, DB: 3},
		"rediss://u:p%40ss@redis.example:6380":              {Addrs: []string{"redis.example:6380"}, User: "u", Password: "p@ss", TLS: true},
		"redis://:secret@[::1]:6379/1":                      {Addrs: []string{"[::1]:6379"}, DB: 1, Password: "secret"},
		"unix:///run/redis.sock?db=2":                       {Addrs: []string{"/run/redis.sock"}, DB: 2},
		"redis://a:1,b:2,c":                                 {Addrs: []string{"a:1", "b:2", "c:6379"}},
		"redis://u:x@a:1?cluster=true":                      {Addrs: []string{"a:1"}, User: "u", Password: "x", Cluster: true},
		"redis://a,b:5?master=arraigo&sentinel_password=s3": {Addrs: []string{"a:26379", "b:5"}, Master: "arraigo", Sentinel: "s3"},
		"rediss://:x@a:1,b:2/4?master=m&cluster=true":       {Addrs: []string{"a:1", "b:2"}, DB: 4, Password: "x", TLS: true, Master: "m"},
	} {
		o, err := store.Options(url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		got := options{o.Addrs, o.DB, o.Username, o.Password, o.TLSConfig != nil, o.MasterName, o.SentinelPassword, o.IsClusterMode}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", url, diff)
		}
	}
}

func TestBadRedisURLsAreRefusedWithoutTellingThePassword(t *testing.T) {
	for _, url := range []string{"", "localhost:6379", "http://:hunter2@a", "redis://:hunter2@a:b:c/x", "redis://:hunter2@a/notanumber",
		"redis://:hunter2@a,,b", "redis://:hunter2@a,b/2", "redis://:hunter2@a/1?cluster=true", "redis://:hunter2@a?nonsense=1", "redis://:hunter2%zz@a"} {
		_, err := store.Options(url)
		if err == nil {
			t.Errorf("%q was taken", url)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error tells the password", url)
		}
	}
}
