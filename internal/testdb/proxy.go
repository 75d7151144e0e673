package testdb

import (
	"bytes"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// FaultProxy stands between a program and its PostgreSQL database and can make the database go away.
type FaultProxy struct {
	url      string
	listener net.Listener
	network  string // of the server
	address  string

	mu      sync.Mutex
	open    map[*link]bool
	refuse  bool
	gate    chan struct{} // closed while bytes may pass
	trigger []byte        // cut when a client sends this; nil for never
	answer  bool          // let the server take it first, and cut in place of its answer
	told    []byte        // cut in place of an answer that holds this; nil for never
	running sync.WaitGroup
}

// link is one connection through the proxy.
type link struct {
	client, server net.Conn
	done           chan struct{}
	close          func()
	drop           bool // guarded by FaultProxy.mu: cut in place of the next answer
}

// Proxy starts a fault proxy to the database at a postgres:// URL. It ends with the test.
func Proxy(t testing.TB, target string) *FaultProxy {
	t.Helper()
	c, err := pgx.ParseConfig(target)
	if err != nil {
		t.Fatalf("start fault proxy: %v", err)
	}
	p := &FaultProxy{network: "tcp", open: map[*link]bool{}, gate: make(chan struct{})}
	close(p.gate)
	port := strconv.Itoa(int(c.Port))
	if p.address = net.JoinHostPort(c.Host, port); strings.HasPrefix(c.Host, "/") {
		p.network, p.address = "unix", filepath.Join(c.Host, ".s.PGSQL."+port)
	}
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatalf("start fault proxy: %v", err)
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(c.User, c.Password), Host: p.listener.Addr().String(), Path: "/" + c.Database,
		RawQuery: "sslmode=disable",
	}
	p.url = u.String()
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.Refuse()
		p.running.Wait()
	})
	return p
}

// URL is that of the database, through the proxy.
func (p *FaultProxy) URL() string { return p.url }

// Cut ends every connection that is open now.
func (p *FaultProxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut()
}

func (p *FaultProxy) cut() {
	for l := range p.open {
		l.close()
	}
	clear(p.open)
}

// Refuse ends every connection and each new one at once, until Resume.
func (p *FaultProxy) Refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = true
	p.cut()
}

// Hang keeps connections open and lets nothing pass, until Resume.
func (p *FaultProxy) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate = make(chan struct{})
}

// CutAnswer ends every connection in place of the next answer that holds a text, such as the COMMIT that the server says when it
// has committed.
func (p *FaultProxy) CutAnswer(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = []byte(text)
}

// Resume ends what Refuse, Hang, CutBefore, CutAfter and CutAnswer began.
func (p *FaultProxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse, p.trigger, p.told = false, nil, nil
	select {
	case <-p.gate:
	default:
		close(p.gate)
	}
}

// CutBefore ends every connection when a client next sends the text, which the server does not get.
func (p *FaultProxy) CutBefore(text string) { p.cutAt(text, false) }

// CutAfter lets the server have the text that a client next sends and work on it, and ends every connection in place of its
// answer.
func (p *FaultProxy) CutAfter(text string) { p.cutAt(text, true) }

func (p *FaultProxy) cutAt(text string, answer bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trigger, p.answer = []byte(text), answer
}

func (p *FaultProxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(p.network, p.address)
		if err != nil {
			_ = client.Close()
			continue
		}
		l := &link{client: client, server: server, done: make(chan struct{})}
		l.close = sync.OnceFunc(func() {
			close(l.done)
			_ = client.Close()
			_ = server.Close()
		})
		p.mu.Lock()
		if p.refuse {
			l.close()
		} else {
			p.open[l] = true
			p.running.Go(func() { p.pump(l, client, server, p.mayAsk) })
			p.running.Go(func() { p.pump(l, server, client, p.mayAnswer) })
		}
		p.mu.Unlock()
	}
}

// pump moves bytes one way until either end closes.
func (p *FaultProxy) pump(l *link, from, to net.Conn, may func(*link, []byte) bool) {
	defer func() {
		l.close()
		p.mu.Lock()
		delete(p.open, l)
		p.mu.Unlock()
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			p.mu.Lock()
			gate := p.gate
			p.mu.Unlock()
			select {
			case <-gate:
			case <-l.done:
				return
			}
			if !may(l, buffer[:n]) {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// mayAsk reports whether what a client sends may go to the server.
func (p *FaultProxy) mayAsk(l *link, sent []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trigger == nil || !bytes.Contains(sent, p.trigger) {
		return true
	}
	p.trigger = nil
	if p.answer {
		l.drop = true
		return true
	}
	p.cut()
	return false
}

// mayAnswer reports whether what the server sends may go to the client.
func (p *FaultProxy) mayAnswer(l *link, told []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told != nil && bytes.Contains(told, p.told) {
		p.told, l.drop = nil, true
	}
	if l.drop {
		p.cut()
	}
	return !l.drop
}
