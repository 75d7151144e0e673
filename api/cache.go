package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// writeCacheable writes a body that a client may keep if it asks each time whether it still holds. The tag is made of the
// body, which names the last response seen and the question asked; so it changes if and only if the answer does.
func writeCacheable(c *gin.Context, contentType string, body []byte) error {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	c.Header("ETag", tag)
	c.Header("Cache-Control", "private, no-cache")
	if matches(c.Request.Header.Values("If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	c.Data(http.StatusOK, contentType, body)
	return nil
}

// matches compares tags weakly, as If-None-Match asks (RFC 9110).
func matches(headers []string, tag string) bool {
	for _, header := range headers {
		for _, t := range strings.Split(header, ",") {
			if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == tag {
				return true
			}
		}
	}
	return false
}
