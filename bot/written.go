package bot

import (
	"encoding/json"
	"strings"

	"arraigo/store"
)

// written is what somebody of the team wrote or forwarded, as far as it can be
// sent on. It is decoded only for them, and where it is asked for.
type written struct {
	ID              int       `json:"message_id"`
	Album           string    `json:"media_group_id"`
	Text            string    `json:"text"`
	Entities        []entity  `json:"entities"`
	Caption         string    `json:"caption"`
	CaptionEntities []entity  `json:"caption_entities"`
	Photo           []fileRef `json:"photo"` // in several sizes
	Document        *fileRef  `json:"document"`
	Voice           *fileRef  `json:"voice"`
	Video           *fileRef  `json:"video"`

	Animation present `json:"animation"`
	Audio     present `json:"audio"`
	Note      present `json:"video_note"`
	Sticker   present `json:"sticker"`
	Poll      present `json:"poll"`
	Location  present `json:"location"`
	Contact   present `json:"contact"`
}

// A fileRef is a file that Telegram has.
type fileRef struct {
	ID   string `json:"file_id"`
	Size int64  `json:"file_size"`
}

// heaviest is the largest file that is sent on, in bytes: who pays for each
// megabyte would not thank us, and larger ones a bot cannot even look at.
const heaviest = 20 << 20

// heavy is from which size on the team is told what a file costs people.
const heavy = 5 << 20

// readWritten decodes the message of an update.
func readWritten(raw []byte) (written, error) {
	var u struct {
		Message *written `json:"message"`
		Edited  *written `json:"edited_message"`
	}
	if err := json.Unmarshal(raw, &u); err != nil {
		return written{}, errUnreadable
	}
	switch {
	case u.Message != nil:
		return *u.Message, nil
	case u.Edited != nil:
		return *u.Edited, nil
	}
	return written{}, errUnreadable
}

// A refusal is why something cannot be sent on; each has its text.
type refusal string

// The refusals.
const (
	taken          refusal = ""
	refusedAlbum   refusal = "album"
	refusedMoving  refusal = "animation"
	refusedAudio   refusal = "audio"
	refusedNote    refusal = "video_note"
	refusedSticker refusal = "sticker"
	refusedPoll    refusal = "poll"
	refusedPlace   refusal = "location"
	refusedContact refusal = "contact"
	refusedOther   refusal = "something"
	refusedHeavy   refusal = "heavy"
)

// piece is the message as it is kept and sent, and the size of its file.
func (w written) piece() (p store.Piece, size int64, why refusal) {
	file := fileRef{}
	switch {
	case w.Album != "":
		return p, 0, refusedAlbum
	case bool(w.Animation): // before the document that it has for old clients
		return p, 0, refusedMoving
	case bool(w.Audio):
		return p, 0, refusedAudio
	case bool(w.Note):
		return p, 0, refusedNote
	case bool(w.Sticker):
		return p, 0, refusedSticker
	case bool(w.Poll):
		return p, 0, refusedPoll
	case bool(w.Location):
		return p, 0, refusedPlace
	case bool(w.Contact):
		return p, 0, refusedContact
	case len(w.Photo) > 0:
		p.Media, file = "photo", w.Photo[len(w.Photo)-1]
	case w.Document != nil:
		p.Media, file = "document", *w.Document
	case w.Voice != nil:
		p.Media, file = "voice", *w.Voice
	case w.Video != nil:
		p.Media, file = "video", *w.Video
	case strings.TrimSpace(w.Text) != "":
		p.HTML = entityHTML(w.Text, w.Entities)
		return p, 0, taken
	default:
		return p, 0, refusedOther
	}
	if file.ID == "" {
		return store.Piece{}, 0, refusedOther
	}
	if file.Size > heaviest {
		return store.Piece{}, file.Size, refusedHeavy
	}
	p.FileID, p.HTML = file.ID, entityHTML(w.Caption, w.CaptionEntities)
	return p, file.Size, taken
}
