package browser

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Open goes to an address and returns the status of the answer.
func (p *Page) Open(url string) (status int) {
	p.t.Helper()
	p.do("open "+url, func(ctx context.Context) error {
		r, err := chromedp.Run(ctx, chromedp.NavigateResponse(url))
		status = statusOf(r)
		return err
	})
	return status
}

// Back goes back in the tab's history.
func (p *Page) Back() {
	p.t.Helper()
	p.do("go back", func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.NavigateBack()) })
}

// SetCookie gives the tab a cookie for the site at an address, as if it had been set there.
func (p *Page) SetCookie(url, name, value string) {
	p.t.Helper()
	p.do("set cookie "+name, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: url})
		return err
	})
}

// Click clicks the middle of the first element that matches; use Follow if a new page comes of it.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("click "+selector, func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))) })
}

// Follow clicks a link or a button, waits for the page it leads to and returns the status of the answer.
func (p *Page) Follow(selector string) (status int) {
	p.t.Helper()
	p.do("follow "+selector, func(ctx context.Context) error {
		r, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
		status = statusOf(r)
		return err
	})
	return status
}

// DoubleFollow clicks twice within a moment, as impatient people do, and waits for the page that comes of it.
func (p *Page) DoubleFollow(selector string) (status int) {
	p.t.Helper()
	p.do("click twice "+selector, func(ctx context.Context) error {
		r, err := chromedp.RunResponse(ctx, chromedp.DoubleClick(chromedp.CSS(selector)))
		status = statusOf(r)
		return err
	})
	return status
}

func statusOf(r *network.Response) int {
	if r == nil {
		return 0
	}
	return int(r.Status)
}

// Type writes into a field that is empty, key by key.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.do("type into "+selector, func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.SendKeys(chromedp.CSS(selector), text))
	})
}

// Wait waits until an element matches.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.do("wait for "+selector, func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.WaitReady(chromedp.CSS(selector))) })
}

// Set gives a field or a select box a value.
func (p *Page) Set(selector, value string) {
	p.t.Helper()
	p.do("set "+selector, func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.SetValue(chromedp.CSS(selector), value))
	})
}

// Value returns the value of a field.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return Eval[string](p, fmt.Sprintf(`document.querySelector(%q).value`, selector))
}

// Checked reports whether a radio button or box is chosen.
func (p *Page) Checked(selector string) bool {
	p.t.Helper()
	return Eval[bool](p, fmt.Sprintf(`document.querySelector(%q).checked`, selector))
}

// Text returns the text a reader sees in the first element that matches.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return Eval[string](p, fmt.Sprintf(`document.querySelector(%q).innerText`, selector))
}

// Location returns the address of the page.
func (p *Page) Location() string {
	p.t.Helper()
	return Eval[string](p, `location.href`)
}

// Eval returns the value of an expression as the developer tools compute it; it works where the page's own scripts are
// switched off.
func Eval[T any](p *Page, expression string) (v T) {
	p.t.Helper()
	p.do("evaluate "+strings.SplitN(expression, "\n", 2)[0], func(ctx context.Context) error {
		var err error
		v, err = chromedp.Run(ctx, chromedp.Evaluate[T](expression))
		return err
	})
	return v
}

// Screenshot keeps a picture of the whole page at the tab's size and returns its file.
func (p *Page) Screenshot(name string) string {
	p.t.Helper()
	return p.picture(name, chromedp.FullScreenshot(100))
}

// ScreenshotTop keeps a picture of what is seen without scrolling.
func (p *Page) ScreenshotTop(name string) string {
	p.t.Helper()
	return p.picture(name, chromedp.CaptureScreenshot())
}

func (p *Page) picture(name string, take chromedp.Action[[]byte]) string {
	p.t.Helper()
	file := p.b.file(fmt.Sprintf("%s-%d", name, p.size.Width))
	p.do("screenshot "+name, func(ctx context.Context) error {
		b, err := chromedp.Run(ctx, take)
		if err != nil {
			return err
		}
		return os.WriteFile(file, b, 0o644)
	})
	return file
}
