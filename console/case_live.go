package console

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"arraigo/store"
)

// livePause is how often a page that follows a case is looked after.
const livePause = time.Second

// caseLive tells what happens in a case for as long as a request lasts; the
// browser asks again.
func (v *visit) caseLive() error {
	r, _, err := v.oneCase()
	if err != nil {
		return err
	}
	if err := v.record(actReadCase, string(r.ID)); err != nil {
		return err
	}
	w := v.stream("text/event-stream", "")
	fmt.Fprint(w, "retry: 500\n\n")
	for before := ""; ; {
		mark, err := v.store.TalkMark(v.ctx(), r.ID)
		if err != nil {
			return nil // the browser asks again
		}
		if mark != before {
			before = mark
			t, err := v.store.Ticket(v.ctx(), r.ID)
			if err != nil {
				return nil
			}
			v.now = v.cfg.Now()
			talk, err := v.caseTalk(r, t)
			if err != nil {
				return nil
			}
			if err := v.event(w, "part", "talk", talk); err != nil {
				return err
			}
			if !t.Open() {
				fmt.Fprint(w, "event: end\ndata: \n\n")
				return nil
			}
		}
		if pause(v, livePause) != nil {
			return nil
		}
	}
}

// caseFile shows a file that was sent in a case. It comes from Telegram and rests
// nowhere here.
func (v *visit) caseFile() error {
	r, _, err := v.oneCase()
	if err != nil {
		return err
	}
	if v.cfg.Bot.Media == nil {
		return store.ErrNotFound
	}
	said, err := v.store.Conversation(v.ctx(), r.ID, v.now)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(said, func(s store.Saying) bool { return s.ID == v.r.PathValue("saying") && s.File != "" })
	if i < 0 {
		return store.ErrNotFound
	}
	if err := v.record(actOpenFile, string(r.ID)); err != nil {
		return err
	}
	content, err := v.cfg.Bot.Media(v.ctx(), said[i].File)
	if err != nil {
		return err
	}
	kind, name := fileKind(content)
	_, err = v.stream(kind, name).Write(content)
	return err
}

// fileKind is how a file of a person is given to a browser: what is safe to be
// shown there is named for what it is, anything else is just bytes. All are
// downloaded and none is opened inside the console.
func fileKind(content []byte) (kind, name string) {
	kind = http.DetectContentType(content)
	for known, end := range map[string]string{
		"image/jpeg": "foto.jpg", "image/png": "foto.png", "image/webp": "imagen.webp", "application/pdf": "documento.pdf",
		"application/ogg": "voz.ogg", "audio/mpeg": "audio.mp3", "video/mp4": "video.mp4",
	} {
		if kind == known {
			return kind, end
		}
	}
	return "application/octet-stream", "archivo.bin"
}
