package emulator

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"time"
)

// Bounds of the queue of a bot: updates, bytes in all, bytes of one.
const (
	maxPending      = 100_000
	maxPendingBytes = 128 << 20
	maxUpdateBytes  = 512 << 10
	maxReplyBytes   = 4 << 20
	idSilence       = 7 * 24 * time.Hour
)

// laneKey names a queue inside which the order of updates is kept: the kind
// of queue and the chat or person it belongs to.
type laneKey struct {
	kind int
	id   int64
}

// pending is an update that the bot has not confirmed.
type pending struct {
	id      int64
	lane    laneKey
	expires time.Time
	body    json.RawMessage
	done    bool
}

// updateQueue holds the pending updates in the order of their ids.
type updateQueue struct {
	rng     *rand.Rand
	list    []*pending
	head    int
	count   int
	bytes   int
	next    int64
	last    time.Time
	allowed map[string]bool // nil means the default
	names   []string        // as the bot gave them, for getWebhookInfo
}

// updateKinds are the names that allowed_updates knows; those of false are
// delivered only when asked for.
var updateKinds = map[string]bool{
	"message": true, "edited_message": true, "channel_post": true, "edited_channel_post": true,
	"business_connection": true, "business_message": true, "edited_business_message": true,
	"deleted_business_messages": true, "message_reaction": false, "message_reaction_count": false,
	"inline_query": true, "chosen_inline_result": true, "callback_query": true, "shipping_query": true,
	"pre_checkout_query": true, "purchased_paid_media": true, "poll": true, "poll_answer": true,
	"my_chat_member": true, "chat_member": false, "chat_join_request": true, "chat_boost": true,
	"removed_chat_boost": true, "managed_bot": true, "guest_message": true, "subscription": true,
	"stopped_message_generation": true,
}

func (q *updateQueue) init(rng *rand.Rand) {
	q.rng = rng
}

// setAllowed reads the parameter: what is not a list keeps the old choice,
// unknown names are ignored, and nothing valid means the default.
func (q *updateQueue) setAllowed(value string) {
	if value == "" {
		return
	}
	var list []json.RawMessage
	if json.Unmarshal([]byte(value), &list) != nil {
		return
	}
	q.allowed, q.names = nil, nil
	for _, raw := range list {
		var name string
		if json.Unmarshal(raw, &name) != nil {
			continue
		}
		if _, known := updateKinds[name]; known {
			if q.allowed == nil {
				q.allowed = map[string]bool{}
			}
			if !q.allowed[name] {
				q.names = append(q.names, name)
			}
			q.allowed[name] = true
		}
	}
}

func (q *updateQueue) wants(kind string) bool {
	if q.allowed != nil {
		return q.allowed[kind]
	}
	wanted, known := updateKinds[kind]
	return wanted || !known
}

// assign gives the next update id: random at first and after a week of
// silence, and one more each time in between.
func (q *updateQueue) assign(now time.Time) int64 {
	if q.next == 0 || now.Sub(q.last) > idSilence {
		if fresh := 2_000_001 + q.rng.Int64N(1<<30-2_000_001); fresh > q.next || q.count == 0 {
			q.next = fresh
		}
	}
	q.last = now
	q.next++
	return q.next - 1
}

// push adds an update or drops it when the queue is full; nil when dropped.
func (q *updateQueue) push(now time.Time, lane laneKey, expires time.Time, build func(id int64) json.RawMessage) *pending {
	if q.count >= maxPending {
		q.expire(now)
	}
	if q.count >= maxPending || q.bytes >= maxPendingBytes {
		return nil
	}
	id := q.assign(now)
	body := build(id)
	if len(body) > maxUpdateBytes {
		return nil
	}
	p := &pending{id: id, lane: lane, expires: expires, body: body}
	q.list = append(q.list, p)
	q.count++
	q.bytes += len(body)
	return p
}

func (q *updateQueue) remove(p *pending) {
	if p.done {
		return
	}
	p.done = true
	q.count--
	q.bytes -= len(p.body)
	p.body = nil
	for q.head < len(q.list) && q.list[q.head].done {
		q.list[q.head] = nil
		q.head++
	}
	if q.head > 1024 && q.head > len(q.list)/2 {
		q.list = append([]*pending(nil), q.list[q.head:]...)
		q.head = 0
	}
}

func (q *updateQueue) expire(now time.Time) {
	for _, p := range q.list[q.head:] {
		if p != nil && !p.done && now.After(p.expires) {
			q.remove(p)
		}
	}
}

// rest is every pending update, oldest first.
func (q *updateQueue) rest() []*pending {
	var out []*pending
	for _, p := range q.list[q.head:] {
		if p != nil && !p.done {
			out = append(out, p)
		}
	}
	return out
}

// forgetBelow confirms everything with an id under limit.
func (q *updateQueue) forgetBelow(limit int64) {
	for _, p := range q.list[q.head:] {
		if p == nil || p.done {
			continue
		}
		if p.id >= limit {
			return
		}
		q.remove(p)
	}
}

// seek applies the offset of getUpdates and returns the first id wanted.
func (q *updateQueue) seek(offset int64) int64 {
	var first int64
	if rest := q.list[q.head:]; len(rest) > 0 {
		first = rest[0].id
	} else {
		first = q.next
	}
	switch {
	case offset == 0:
		return first
	case offset < 0:
		rest := q.rest()
		if n := int64(len(rest)); -offset < n {
			first = rest[n+offset].id
			q.forgetBelow(first)
		}
		return first
	case offset > q.next+10, offset < first-100_000:
		return first
	}
	q.forgetBelow(offset)
	return max(offset, first)
}

// read returns up to limit updates from the id on, as the elements of a JSON
// array.
func (q *updateQueue) read(now time.Time, from int64, limit int) (json.RawMessage, int) {
	var buf bytes.Buffer
	n := 0
	buf.WriteByte('[')
	for _, p := range q.list[q.head:] {
		if p == nil || p.done || p.id < from {
			continue
		}
		if now.After(p.expires) {
			q.remove(p)
			continue
		}
		if n == limit || n > 0 && buf.Len()+len(p.body) > maxReplyBytes {
			break
		}
		if n > 0 {
			buf.WriteByte(',')
		}
		buf.Write(p.body)
		n++
	}
	buf.WriteByte(']')
	return buf.Bytes(), n
}

// enqueue makes an update if the bot wants its kind, and wakes whoever waits
// for it. The lock is held.
func (s *Server) enqueue(kind string, lane laneKey, expires time.Time, body any) {
	if !s.updates.wants(kind) {
		return
	}
	s.enqueueRaw(lane, expires, func(id int64) json.RawMessage {
		return wrapUpdate(id, strconv.Quote(kind), encode(body))
	})
}

// wrapUpdate writes the update with the line break that Telegram puts after
// its id.
func wrapUpdate(id int64, quotedKind string, body []byte) json.RawMessage {
	out := make([]byte, 0, len(body)+len(quotedKind)+40)
	out = append(out, `{"update_id":`...)
	out = strconv.AppendInt(out, id, 10)
	out = append(out, ",\n"...)
	out = append(out, quotedKind...)
	out = append(out, ':')
	out = append(out, body...)
	return append(out, '}')
}

func (s *Server) enqueueRaw(lane laneKey, expires time.Time, build func(id int64) json.RawMessage) int64 {
	p := s.updates.push(s.now(), lane, expires, build)
	if p == nil {
		s.cfg.Logf("emulator: an update was dropped: the queue of the bot is full or the update is too large")
		return 0
	}
	if s.hook != nil {
		s.hook.add(p)
	} else {
		s.polls.wake()
	}
	return p.id
}
