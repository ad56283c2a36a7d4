package outreach

import (
	"context"
	"errors"
	"fmt"

	"arraigo/flows"
	"arraigo/store"
)

// render puts a reply into words. Only the content of a file, or what staff
// wrote, can fail.
// A panic in a text costs that reply only.
func (s *Sender) render(ctx context.Context, p *Parcel, r *flows.Reply) (m Outgoing, v verdict, why Reason) {
	defer func() {
		if problem := recover(); problem != nil {
			s.cfg.Logger.Error("a reply could not be put into words", "type", fmt.Sprintf("%T", problem))
			v, why = refused, ReasonOther
		}
	}()
	m = Outgoing{Message: flows.Render(s.cfg.Set(), &p.Session, *r)}
	var err error
	switch {
	case r.Piece != "" && s.cfg.Piece != nil:
		err = s.insist(func() error { return s.quote(ctx, p, r.Piece, &m) })
	case m.File != "" && s.cfg.File != nil:
		err = s.insist(func() (err error) {
			m.Body, err = s.cfg.File(ctx, p, m.File)
			return err
		})
	case r.Piece != "", m.File != "":
		return m, refused, ReasonFile
	}
	switch {
	case errors.Is(err, store.ErrUnavailable):
		return m, left, ""
	case err != nil:
		s.cfg.Logger.Error("what is to be sent could not be made", "file", m.File, "outreach", r.Piece, "error", err)
		return m, refused, ReasonFile
	}
	return m, accepted, ""
}

// quote makes a message of what staff wrote. It is HTML as they checked it.
func (s *Sender) quote(ctx context.Context, p *Parcel, outreach string, m *Outgoing) error {
	piece, err := s.cfg.Piece(ctx, outreach, p.Session.Language)
	m.HTML, m.Media, m.FileID = piece.HTML, piece.Media, piece.FileID
	return err
}

// remedy is what to do about a rejected message.
type remedy uint8

const (
	isRefused remedy = iota
	isDone           // the person lacks nothing
	isChanged        // m is another message now: try that
)

// afterRejection decides what a rejection means for one reply.
func afterRejection(m *Outgoing, r *flows.Reply, reason Reason) remedy {
	switch {
	case reason == ReasonNotModified, m.Hide:
		return isDone
	case reason == ReasonGone && m.Edit != 0:
		if r.Question == 0 || m.HTML == "" {
			return isDone // it only marked what was chosen
		}
		m.Edit, m.Markup = 0, false
		return isChanged
	case reason == ReasonMarkup && !m.Bare && m.HTML != "":
		m.Bare = true
		return isChanged
	}
	return isRefused
}
