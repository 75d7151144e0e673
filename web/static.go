package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"paxscore/internal/middleware"
)

// assets are the static files, under names that hold a hash of their content, so that browsers may keep them for ever.
type assets struct {
	files      map[string]asset // by the last part of the address
	stylesheet string           // addresses
	icon       string
}

type asset struct {
	contentType string
	body        []byte
}

func newAssets(fsys fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	for name, at := range map[string]*string{"paxscore.css": &a.stylesheet, "favicon.svg": &a.icon} {
		body, err := fs.ReadFile(fsys, "static/"+name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.files[hashed] = asset{mime.TypeByExtension(ext), body}
		*at = "/static/" + hashed
	}
	return a, nil
}

func (a *assets) serve(c *gin.Context) {
	f, ok := a.files[c.Param("name")]
	if !ok {
		middleware.Fail(c, middleware.NewProblem(http.StatusNotFound, "no-such-page", "There is nothing at this address."))
		return
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	send(c, http.StatusOK, f.contentType, f.body)
}
