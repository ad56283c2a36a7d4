package main

import (
	"context"
	"encoding/binary"
	"strconv"
	"strings"
	"sync"

	"arraigo/store"
)

// wholeMarks are words that would betray a person: names, usernames, typed
// words, telephone numbers, chat ids.
type wholeMarks struct {
	mu    sync.Mutex
	words []string
}

func (m *wholeMarks) add(words ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.words = append(m.words, words...)
}

// addChat adds a chat id in the forms in which it could be written down.
func (m *wholeMarks) addChat(id int64) {
	var big, little [8]byte
	binary.BigEndian.PutUint64(big[:], uint64(id))
	binary.LittleEndian.PutUint64(little[:], uint64(id))
	m.add(strconv.FormatInt(id, 10), strconv.FormatInt(id, 36), strconv.FormatInt(id, 16), string(big[:]), string(little[:]))
}

// sweep looks for the marks of all people in every key and value of Redis, in
// the logs of every life and in the metrics of those that run.
func (w *town) sweep(s *store.Store) {
	w.t.Helper()
	var all strings.Builder
	keys, bytes := 0, 0
	err := s.Walk(context.Background(), func(key, content string) {
		if content == "" {
			keys++
			all.WriteString(key)
		}
		bytes += len(content)
		all.WriteByte('\n')
		all.WriteString(content)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	places := map[string]string{"Redis": all.String(), "the logs": w.log.String()}
	for _, r := range w.replicas {
		if status, body := r.get("/metrics"); status == 200 {
			places["the metrics"] += body
		}
	}
	if keys == 0 || len(places["the logs"]) == 0 {
		w.t.Errorf("nothing to look at: %d keys, %d bytes of logs", keys, len(places["the logs"]))
	}
	w.marks.mu.Lock()
	defer w.marks.mu.Unlock()
	found := 0
	for _, word := range w.marks.words {
		for place, content := range places {
			if strings.Contains(content, word) {
				if found++; found <= 5 {
					w.t.Errorf("%q is in %s", word, place)
				}
			}
		}
	}
	w.t.Logf("privacy: looked for %d marks in %d keys (%d bytes), %d bytes of logs and %d of metrics: %d found",
		len(w.marks.words), keys, bytes, len(places["the logs"]), len(places["the metrics"]), found)
}
