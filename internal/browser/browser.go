// Package browser drives a real Chromium for tests of pages: it opens them with scripts switched off if asked, fills and
// sends forms as a person would, takes screenshots and checks what a reader of the page depends on.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Limits of one browser and of one action on a page. A page of ours that takes longer has failed.
const (
	browserLimit = 5 * time.Minute
	actionLimit  = 20 * time.Second
)

// Size is a viewport in CSS pixels.
type Size struct{ Width, Height int64 }

// Phone and Desktop are the two sizes every page is looked at in.
func Phone() Size   { return Size{375, 812} }
func Desktop() Size { return Size{1280, 900} }

// Browser is a running Chromium.
type Browser struct {
	ctx   context.Context
	shots string
}

// Start starts a headless Chromium, which ends with the test. Starting takes about a second: start one in a top-level
// test and give it to the subtests. Without Chromium the test fails and says what to install. Screenshots go to the
// directory PAXSCORE_SCREENSHOTS, or to one of the test's own.
func Start(t testing.TB) *Browser {
	t.Helper()
	path, ok := find()
	if !ok {
		t.Fatal("no Chromium: install the package (apt-get install chromium) or name the program in PAXSCORE_CHROMIUM")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.DisableGPU,
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("lang", "en-GB"),
		// Going back loads the page again, from the HTTP cache if its headers allow: the harder case for a form.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,BackForwardCache"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to run as root otherwise
	}
	limit, stop := context.WithTimeout(context.Background(), browserLimit)
	allocator, stopAllocator := chromedp.NewExecAllocator(limit, options...)
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(t.Logf))
	t.Cleanup(func() {
		cancel()
		stopAllocator()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	shots := os.Getenv("PAXSCORE_SCREENSHOTS")
	if shots == "" {
		shots = t.TempDir()
	} else if err := os.MkdirAll(shots, 0o755); err != nil {
		t.Fatal(err)
	}
	return &Browser{ctx: ctx, shots: shots}
}

// find returns the program to run: the one named in the environment, or the first of the usual names on the path.
func find() (path string, ok bool) {
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if named := os.Getenv("PAXSCORE_CHROMIUM"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}

// Options say how a page is looked at. The zero value is a desktop with scripts on and light colours.
type Options struct {
	Size     Size // zero: Desktop
	NoScript bool // pages may not run JavaScript
	Dark     bool // the person prefers dark colours
	Print    bool // as on paper
}

// Page is one tab with cookies of its own.
type Page struct {
	t    testing.TB
	ctx  context.Context
	b    *Browser
	size Size
}

// Page opens an empty tab in a profile of its own, which is closed with the test.
func (b *Browser) Page(t testing.TB, o Options) *Page {
	t.Helper()
	if o.Size == (Size{}) {
		o.Size = Desktop()
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, b: b, size: o.Size}
	scheme := "light"
	if o.Dark {
		scheme = "dark"
	}
	p.do("open a tab", func(ctx context.Context) error {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(o.Size.Width, o.Size.Height)); err != nil {
			return err
		}
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: o.NoScript}); err != nil {
			return err
		}
		media := ""
		if o.Print {
			media = "print"
		}
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media:    media,
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
	return p
}

// do runs an action under its limit; the first use of the tab's own context makes the tab, which must outlive it.
func (p *Page) do(what string, f func(context.Context) error) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, actionLimit)
	defer cancel()
	if err := f(ctx); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// file returns where the screenshot of a name goes: letters, digits and hyphens only.
func (b *Browser) file(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, name)
	return filepath.Join(b.shots, name+".png")
}
