package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// reach is a path of the menu if who visits may open it, or else "": a page
// links to nothing that would refuse them, and to nothing that is not there.
func (v *visit) reach(path string) string {
	may, there := v.Server.may[path]
	if there && (may == everyone || v.staff.May(may)) {
		return path
	}
	return ""
}

// pathOf writes an id as one part of a path.
func pathOf(id string) string { return url.PathEscape(id) }

// unix is a moment of the store; the zero time for 0.
func unix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func takesGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

func isUpload(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}
