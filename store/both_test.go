package store_test

import (
	"testing"

	"arraigo/store/storetest"

	"github.com/alicebob/miniredis/v2"
)

// both runs a test on a real redis-server and on the one in memory that the
// demo uses where there is no real one.
func both(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("redis-server", func(t *testing.T) { test(t, storetest.URL(t)) })
	t.Run("in memory", func(t *testing.T) { test(t, "redis://"+miniredis.RunT(t).Addr()) })
}
