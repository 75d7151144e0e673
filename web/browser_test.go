package web_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"paxscore/internal/browser"
)

func TestInChromium(t *testing.T) {
	b := browser.Start(t)
	p := open(t, nil, nil)
	p.loadStudy(t)

	t.Run("looks", func(t *testing.T) {
		pages := map[string]string{
			"form": "/s/default?lang=en", "form-zh": "/s/default?lang=zh-Hans", "form-hy": "/s/default?lang=hy", "front": "/", "sign-in": "/sign-in", "docs": "/docs",
			"unknown": "/s/nothing", "nothing": "/nothing", "dashboard": "/dashboard/default?model=study",
			"dashboard-small": "/dashboard/default?model=study&where=cabin%3Dfirst&by=age&by=tier,purpose",
		}
		for _, name := range slices.Sorted(maps.Keys(pages)) {
			t.Run(name, func(t *testing.T) {
				looks := []browser.Options{{Size: browser.Phone()}, {Size: browser.Desktop()}, {Size: browser.Phone(), Dark: true}}
				for _, look := range looks {
					look.NoScript = true
					tab := b.Page(t, look)
					tab.SetCookie(p.URL, "paxscore_key", staffKey)
					if status := tab.Open(p.URL + pages[name]); status != http.StatusOK && name != "unknown" && name != "nothing" {
						t.Fatalf("status %d", status)
					}
					if look.Dark {
						tab.MustBeReadable(name + " dark")
						tab.ScreenshotTop(name + "-dark")
						continue
					}
					tab.MustBeReadable(name)
					tab.Screenshot(name)
					tab.ScreenshotTop(name + "-top")
				}
			})
		}
	})
}
