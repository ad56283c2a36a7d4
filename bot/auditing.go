package bot

import (
	"context"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// trimEvery is how often old entries leave the audit log.
const trimEvery = 24 * time.Hour

// audits tells the auditors when somebody saw data of many people within an hour,
// and lets go of what the audit log need not keep any more. It runs in one replica
// at a time.
func (b *Bot) audits(ctx context.Context) error {
	var trimmed time.Time
	for {
		now := b.cfg.Now()
		if err := b.tellOfBulkReads(ctx, now); err != nil && ctx.Err() == nil {
			b.log.Warn("looking for bulk reads", "error", err)
		}
		if now.Sub(trimmed) >= trimEvery {
			if _, err := b.cfg.Store.TrimAudit(ctx, now); err == nil {
				trimmed = now
			} else if ctx.Err() == nil {
				b.log.Warn("trimming the audit log", "error", err)
			}
		}
		if err := sleep(ctx, b.cfg.Timing.Audit); err != nil {
			return err
		}
	}
}

// tellOfBulkReads tells each case once, by the name that the team knows.
func (b *Bot) tellOfBulkReads(ctx context.Context, now time.Time) error {
	list, err := b.cfg.Store.BulkReads(ctx, now)
	if err != nil {
		return err
	}
	for _, r := range list {
		text := flows.Key("staff.bulk_reads").With("quien", flows.Literal(b.calledInTeam(r.Staff))).
			With("hora", flows.Text{Time: r.Hour.Unix()}).With("count", flows.Text{Count: &r.People})
		if !b.tellAll(ctx, b.auditors(), text) {
			b.log.Warn("nobody could be told that somebody saw data of many people; an auditor or an administrator must write to the bot first", "staff", r.Staff, "people", r.People)
			continue
		}
		if _, err := b.cfg.Store.BulkTold(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// calledInTeam is how the team calls somebody: by name where there is one, and
// always by the id that the audit log has.
func (b *Bot) calledInTeam(id string) string {
	if m, ok := b.team.member(id); ok && m.Name != "" {
		return m.Name + " (" + id + ")"
	}
	return id
}

// auditors are the chats of the auditors, or of the administrators where there is
// none.
func (b *Bot) auditors() []int64 {
	if chats := b.team.chats(func(m store.Staff) bool { return m.Role == store.RoleAuditor }); len(chats) > 0 {
		return chats
	}
	return b.admins()
}
