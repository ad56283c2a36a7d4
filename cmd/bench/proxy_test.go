package main

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"arraigo/store/storetest"
)

func TestReadCommand(t *testing.T) {
	const first, second = "*2\r\n$3\r\nGET\r\n$3\r\na\r\n\r\n", "*1\r\n$4\r\nPING\r\n"
	in := bufio.NewReader(strings.NewReader(first + second + "+OK\r\n"))
	raw, words, err := readCommand(in)
	if err != nil || string(raw) != first || !cmp.Equal(words, []string{"GET", "a\r\n"}) {
		t.Errorf("%q %q %v", raw, words, err)
	}
	if raw, words, err = readCommand(in); err != nil || string(raw) != second || !cmp.Equal(words, []string{"PING"}) {
		t.Errorf("%q %q %v", raw, words, err)
	}
	if _, _, err := readCommand(in); err == nil {
		t.Error("an answer is read as a command")
	}
}

func TestDescribeNamesNobody(t *testing.T) {
	for _, tc := range []struct{ command, want string }{
		{"GET {b17}:contact:0123456789abc", "GET contact"},
		{"evalsha 0123456789 2 {b17}:outbox {b17}:owed 7", "EVALSHA 012345 outbox"},
		{"PING", "PING"},
		{"GET somebody", "GET"},
	} {
		if got := describe(strings.Fields(tc.command)); got != tc.want {
			t.Errorf("%s is %q, want %q", tc.command, got, tc.want)
		}
	}
}

func TestProxyCountsAPipelineOnce(t *testing.T) {
	srv := storetest.Start(t)
	p, err := newProxy(srv.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	conn, err := net.Dial("tcp", p.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for _, trip := range []struct{ ask, want string }{
		{"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n7\r\n", "+OK\r\n"},
		{strings.Repeat("*2\r\n$3\r\nGET\r\n$1\r\na\r\n", 100), strings.Repeat("$1\r\n7\r\n", 100)},
		{"*1\r\n$4\r\nPING\r\n", "+PONG\r\n"},
	} {
		if _, err := io.WriteString(conn, trip.ask); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(trip.want))
		if _, err := io.ReadFull(answers, got); err != nil || string(got) != trip.want {
			t.Fatalf("answered %q, %v", got, err)
		}
	}
	var what []string
	for _, trip := range p.taken() {
		what = append(what, trip.what)
	}
	if diff := cmp.Diff([]string{"SET", "GET", "PING"}, what); diff != "" {
		t.Error(diff)
	}
}
