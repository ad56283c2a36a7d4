package main

import (
	"context"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// startMemory is a Redis inside this process, for the demo on a computer
// without redis-server. Its clock stands still unless somebody moves it.
func startMemory(ctx context.Context) (url string, err error) {
	m, err := miniredis.Run()
	if err != nil {
		return "", err
	}
	go func() {
		defer m.Close()
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				m.FastForward(time.Second)
			}
		}
	}()
	return "redis://" + m.Addr(), nil
}
