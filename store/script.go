package store

import (
	"context"
	_ "embed"
	"strings"

	"github.com/redis/go-redis/v9"
)

// The scripts. Each touches one slot (a bucket, an offer, the outreaches) only
// and is given every key it touches, but for the ledgers of its bucket, which
// lua/ledger.lua finds by their list.
var (
	//go:embed lua/ledger.lua
	ledgerSource string
	//go:embed lua/commit.lua
	commitSource string
	//go:embed lua/erase.lua
	eraseSource string
	//go:embed lua/settle.lua
	settleSource string
	//go:embed lua/hold.lua
	holdSource string
	//go:embed lua/claim.lua
	claimSource string
	//go:embed lua/earlier.lua
	earlierSource string
	//go:embed lua/block.lua
	blockSource string
	//go:embed lua/reseal.lua
	resealSource string
	//go:embed lua/until.lua
	untilSource string
	//go:embed lua/lease.lua
	leaseSource string
	//go:embed lua/release.lua
	releaseSource string
	//go:embed lua/untimed.lua
	untimedSource string
	//go:embed lua/strange.lua
	strangeSource string
	//go:embed lua/notify.lua
	notifySource string
	//go:embed lua/reserve.lua
	reserveSource string
	//go:embed lua/accept.lua
	acceptSource string
	//go:embed lua/leave.lua
	leaveSource string
	//go:embed lua/watch.lua
	watchSource string
	//go:embed lua/line.lua
	lineSource string
	//go:embed lua/freed.lua
	freedSource string
	//go:embed lua/tellall.lua
	tellAllSource string
	//go:embed lua/told.lua
	toldSource string
	//go:embed lua/carry.lua
	carrySource string
	//go:embed lua/ticket.lua
	ticketSource string
	//go:embed lua/report.lua
	reportSource string
	//go:embed lua/draft.lua
	draftSource string
	//go:embed lua/card.lua
	cardSource string
	//go:embed lua/replace.lua
	replaceSource string
	//go:embed lua/outreach.lua
	outreachSource string
	//go:embed lua/keep.lua
	keepSource string
	//go:embed lua/worked.lua
	workedSource string
	//go:embed lua/pace.lua
	paceSource string
	//go:embed lua/invite.lua
	inviteSource string
	//go:embed lua/join.lua
	joinSource string
	//go:embed lua/exchange.lua
	exchangeSource string
	//go:embed lua/unstaff.lua
	unstaffSource string
	//go:embed lua/login.lua
	loginSource string
	//go:embed lua/redeem.lua
	redeemSource string
	//go:embed lua/signin.lua
	signInSource string
	//go:embed lua/session.lua
	sessionSource string
	//go:embed lua/begin.lua
	beginSource string
	//go:embed lua/notsent.lua
	notSentSource string

	commitScript  = redis.NewScript(ledgerSource + commitSource)
	eraseScript   = redis.NewScript(ledgerSource + eraseSource)
	settleScript  = redis.NewScript(ledgerSource + settleSource)
	holdScript    = redis.NewScript(holdSource)
	claimScript   = redis.NewScript(claimSource)
	earlierScript = redis.NewScript(earlierSource)
	blockScript   = redis.NewScript(blockSource)
	resealScript  = redis.NewScript(resealSource)
	untilScript   = redis.NewScript(untilSource)
	leaseScript   = redis.NewScript(leaseSource)
	releaseScript = redis.NewScript(releaseSource)
	untimedScript = redis.NewScript(untimedSource)
	strangeScript = redis.NewScript(strangeSource)
	notifyScript  = redis.NewScript(ledgerSource + notifySource)
	reserveScript = redis.NewScript(reserveSource)
	acceptScript  = redis.NewScript(acceptSource)
	leaveScript   = redis.NewScript(leaveSource)
	watchScript   = redis.NewScript(watchSource)
	lineScript    = redis.NewScript(lineSource)
	freedScript   = redis.NewScript(freedSource)
	tellAllScript = redis.NewScript(tellAllSource)
	toldScript    = redis.NewScript(toldSource)
	carryScript   = redis.NewScript(carrySource)
	ticketScript  = redis.NewScript(ticketSource)
	reportScript  = redis.NewScript(reportSource)
	replaceScript = redis.NewScript(replaceSource)
	draftScript   = redis.NewScript(draftSource)
	cardScript    = redis.NewScript(cardSource)

	outreachScript = redis.NewScript(outreachSource)
	keepScript     = redis.NewScript(keepSource)
	workedScript   = redis.NewScript(workedSource)
	paceScript     = redis.NewScript(paceSource)
	inviteScript   = redis.NewScript(inviteSource)
	joinScript     = redis.NewScript(joinSource)
	exchangeScript = redis.NewScript(exchangeSource)
	unstaffScript  = redis.NewScript(unstaffSource)
	loginScript    = redis.NewScript(loginSource)
	redeemScript   = redis.NewScript(redeemSource)
	signInScript   = redis.NewScript(signInSource)
	sessionScript  = redis.NewScript(sessionSource)
	beginScript    = redis.NewScript(ledgerSource + beginSource)
	notSentScript  = redis.NewScript(ledgerSource + notSentSource)
)

// loadScripts makes the first turns as cheap as the later ones.
func (s *Store) loadScripts(ctx context.Context) error {
	for _, script := range []*redis.Script{commitScript, eraseScript, settleScript, holdScript, claimScript} {
		if err := script.Load(ctx, s.client).Err(); err != nil {
			return err
		}
	}
	return nil
}

// run runs a script in one round trip. A server that was restarted or took over
// has forgotten it: then it is sent along in a second one.
func (s *Store) run(ctx context.Context, script *redis.Script, keys []string, args ...any) *redis.Cmd {
	return script.Run(ctx, s.client, keys, args...)
}

// A call is one run of a script among many.
type call struct {
	keys []string
	args []any
}

// runAll runs one script many times in one round trip; every command carries
// its own outcome. The error is the first one met.
func (s *Store) runAll(ctx context.Context, script *redis.Script, calls []call) ([]*redis.Cmd, error) {
	cmds := make([]*redis.Cmd, len(calls))
	send := func(which []int) error {
		if len(which) == 0 {
			return nil
		}
		pipe := s.client.Pipeline()
		for _, i := range which {
			cmds[i] = script.EvalSha(ctx, pipe, calls[i].keys, calls[i].args...)
		}
		_, err := pipe.Exec(ctx)
		return err
	}
	all := make([]int, len(calls))
	for i := range all {
		all[i] = i
	}
	err := send(all)
	var unknown []int
	for i, cmd := range cmds {
		if e := cmd.Err(); e != nil && strings.HasPrefix(e.Error(), "NOSCRIPT") {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) == 0 {
		return cmds, err
	}
	if err := script.Load(ctx, s.client).Err(); err != nil {
		return nil, err
	}
	return cmds, send(unknown)
}
