package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"arraigo/store"
)

// A proxy stands between the program and Redis and counts round trips. One is
// whatever the program writes on a connection, a command or a whole pipeline,
// until Redis begins to answer there.
type proxy struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	trips []trip
}

type trip struct {
	at   time.Time // when its first command was read whole
	what string    // the first command: name, script, shape of the first key
}

func newProxy(to string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, to: to}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return p, nil
}

func (p *proxy) url() string { return "redis://" + p.listener.Addr().String() + "/0" }

func (p *proxy) close() { p.listener.Close() }

// serve carries one connection.
func (p *proxy) serve(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer to.Close()
	var mu sync.Mutex
	waiting := false // for an answer
	go func() {
		defer from.Close()
		defer to.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := to.Read(buf)
			if err != nil {
				return
			}
			mu.Lock()
			waiting = false
			mu.Unlock()
			if _, err := from.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	in := bufio.NewReaderSize(from, 64<<10)
	for {
		raw, words, err := readCommand(in)
		// A pipeline goes on as one: Redis must not answer a part of it.
		for err == nil && in.Buffered() > 0 {
			var more []byte
			more, _, err = readCommand(in)
			raw = append(raw, more...)
		}
		if err != nil {
			return
		}
		mu.Lock()
		first := !waiting
		waiting = true
		mu.Unlock()
		if first {
			p.note(trip{time.Now(), describe(words)})
		}
		if _, err := to.Write(raw); err != nil {
			return
		}
	}
}

func (p *proxy) note(t trip) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trips = append(p.trips, t)
}

// taken returns the trips so far and forgets them.
func (p *proxy) taken() []trip {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.trips
	p.trips = nil
	return all
}

var errProtocol = errors.New("not a command of the Redis protocol")

// readCommand reads one command: an array of bulk strings. Of its words only
// the first kilobyte is kept.
func readCommand(in *bufio.Reader) (raw []byte, words []string, err error) {
	line := func(prefix byte) (int, error) {
		l, err := in.ReadBytes('\n')
		if err != nil {
			return 0, err
		}
		raw = append(raw, l...)
		if l[0] != prefix {
			return 0, errProtocol
		}
		return strconv.Atoi(strings.TrimSpace(string(l[1:])))
	}
	count, err := line('*')
	if err != nil {
		return nil, nil, err
	}
	for range count {
		n, err := line('$')
		if err != nil {
			return nil, nil, err
		}
		if n < 0 || n > 64<<20 {
			return nil, nil, errProtocol
		}
		at := len(raw)
		raw = append(raw, make([]byte, n+2)...)
		if _, err := io.ReadFull(in, raw[at:]); err != nil {
			return nil, nil, err
		}
		words = append(words, string(raw[at:at+min(n, 1024)]))
	}
	return raw, words, nil
}

// describe names a command without anything of a person: its name, the first
// letters of a script's hash, and the row of the key table that its first key
// belongs to.
func describe(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	name, key := strings.ToUpper(words[0]), ""
	switch {
	case strings.HasPrefix(name, "EVAL") && len(words) > 3:
		name, key = fmt.Sprintf("%s %.6s", name, words[1]), words[3]
	case len(words) > 1:
		key = words[1]
	}
	if row, ok := store.Match(key); ok {
		return name + " " + row.Name
	}
	return name
}
