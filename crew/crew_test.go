package crew_test

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"arraigo/crew"
)

func TestEveryJobRunsAtOnce(t *testing.T) {
	c := crew.New()
	const jobs = 100
	for range 3 {
		var group sync.WaitGroup
		all := make(chan struct{}) // closed when all are under way
		var begun sync.WaitGroup
		begun.Add(jobs)
		for range jobs {
			group.Add(1)
			c.Go(func() {
				defer group.Done()
				begun.Done()
				<-all
			})
		}
		begun.Wait()
		close(all)
		group.Wait()
	}
}

func TestAGoroutineIsUsedAgainAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := crew.New()
		before := runtime.NumGoroutine()
		for range 50 {
			c.Go(func() {})
			synctest.Wait()
		}
		if n := runtime.NumGoroutine() - before; n != 1 {
			t.Errorf("%d goroutines for jobs one after another", n)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := runtime.NumGoroutine() - before; n != 0 {
			t.Errorf("%d goroutines stay", n)
		}
	})
}
