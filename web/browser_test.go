package web_test

import (
	"net/http"
	"testing"

	"paxscore/internal/browser"
)

func TestInChromium(t *testing.T) {
	b := browser.Start(t)
	p := open(t, nil, nil)

	t.Run("looks", func(t *testing.T) {
		pages := map[string]string{
			"form": "/s/default?lang=en", "form-zh": "/s/default?lang=zh-Hans", "form-hy": "/s/default?lang=hy", "front": "/", "sign-in": "/sign-in", "docs": "/docs",
			"unknown": "/s/nothing", "nothing": "/nothing",
		}
		for name, path := range pages {
			for _, size := range []browser.Size{browser.Phone(), browser.Desktop()} {
				tab := b.Page(t, browser.Options{Size: size, NoScript: true})
				if status := tab.Open(p.URL + path); status != http.StatusOK && name != "unknown" && name != "nothing" {
					t.Errorf("%s: status %d", name, status)
				}
				tab.MustBeReadable(name)
				tab.Screenshot(name)
			}
			tab := b.Page(t, browser.Options{Size: browser.Phone(), NoScript: true, Dark: true})
			tab.Open(p.URL + path)
			tab.MustBeReadable(name + " dark")
			tab.ScreenshotTop(name + "-dark")
		}
	})
}
