package console

import (
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// Root is the path below which the console answers.
const Root = "/console/"

// Config configures a Server. Store and Set are required; the zero value of
// everything else works.
type Config struct {
	Store     func() *store.Store // nil until Redis answered: until then a page says so
	Set       func() *flows.Set   // what people read now; its data has the programme, its catalogue the words of the pages
	Now       func() time.Time
	Logger    *slog.Logger
	PublicURL string // as people reach it; empty: only this computer does
	Demo      bool   // signs in with one click, as any of the roles
	Bot       Bot

	// Patience is how long a page waits for the bot to do what it was asked, before
	// it says that it is on its way; 2 s.
	Patience time.Duration

	// ApproveAbove is the size of an audience above which a second person must
	// approve an announcement; 0: 200, as outreach.Desk has it.
	ApproveAbove int
}

// Bot is what only the bot can do. A nil func means that it cannot be done here:
// the pages leave it out.
type Bot struct {
	// Username is the bot's name without the @; "" until Telegram told it.
	Username func() string
	// KeepFile hands a file (kind photo or document) to Telegram by way of the chat
	// of who attached it, and returns the piece that names it from then on.
	KeepFile func(ctx context.Context, chat int64, kind, name string, body []byte) (store.Piece, error)
	// DataFile is a file with everything stored about a contact, as they get it
	// themselves: flows.FileDataText or flows.FileDataJSON.
	DataFile func(ctx context.Context, id store.ContactID, name string) ([]byte, error)
	// Media fetches a file that a person sent, by Telegram's id of it.
	Media func(ctx context.Context, id string) ([]byte, error)
	// TestOutreach sends an announcement to somebody of the team alone.
	TestOutreach func(ctx context.Context, to store.Staff, o store.Outreach) error
}

// A route is one page or one act.
type route struct {
	pattern string       // as net/http has it: method and path
	may     store.Action // what the role must be allowed; or anybody, or everyone
	serve   handler
}

// A handler answers a visit. What it returns becomes a page: store.ErrNotFound,
// store.ErrConflict and store.ErrUnavailable are known, all else is our fault.
type handler func(*visit) error

// routes is everything that the console answers, by who may. A page is one line
// here; the rest of it is in NOUN.go and pages/NOUN.html.
var routes = slices.Concat([]route{
	// Anybody: how to come in.
	{"GET /console/sign-in", anybody, (*visit).signInPage},
	{"GET /console/enter", anybody, (*visit).enterPage},
	{"POST /console/enter", anybody, (*visit).enter},
	{"POST /console/demo", anybody, (*visit).enterDemo},
	{"POST /console/language", anybody, (*visit).chooseLanguage},

	// Everyone of the team.
	{"GET /console/{$}", everyone, (*visit).todayPage},
	{"GET /console/me", everyone, (*visit).mePage},
	{"POST /console/me/sessions/end", everyone, (*visit).endSessions},
	{"POST /console/sign-out", everyone, (*visit).signOut},

	// What is said to many.
	{"GET /console/outreach", store.SeeNumbers, (*visit).outreachesPage},
	{"GET /console/outreach/new", store.Announce, (*visit).composeNew},
	{"POST /console/outreach/new", store.Announce, (*visit).postCompose},
	{"POST /console/outreach/check", store.Announce, (*visit).countOutreach},
	{"GET /console/outreach/{id}", store.SeeNumbers, (*visit).outreachPage},
	{"GET /console/outreach/{id}/live", store.SeeNumbers, (*visit).liveProgress},
	{"GET /console/outreach/{id}/report.xlsx", store.ExportPeople, (*visit).outreachFile},
	{"GET /console/outreach/{id}/edit", store.Announce, (*visit).editOutreachPage},
	{"POST /console/outreach/{id}/edit", store.Announce, (*visit).postCompose},
	{"POST /console/outreach/{id}/test", store.Announce, (*visit).testOutreach},
	{"POST /console/outreach/{id}/submit", store.Announce, (*visit).submitOutreach},
	{"POST /console/outreach/{id}/approve", store.ApproveAnnouncement, (*visit).approveOutreach},
	{"POST /console/outreach/{id}/return", store.ApproveAnnouncement, (*visit).returnOutreach},
	{"POST /console/outreach/{id}/pause", store.Announce, (*visit).pauseOutreach},
	{"POST /console/outreach/{id}/resume", store.Announce, (*visit).resumeOutreach},
	{"GET /console/outreach/{id}/cancel", store.Announce, (*visit).cancelOutreachPage},
	{"POST /console/outreach/{id}/cancel", store.Announce, (*visit).cancelOutreach},

	// People, and what they ask about their data.
	{"GET /console/people", store.SeePeople, (*visit).peoplePage},
	{"GET /console/people/file", store.ExportPeople, (*visit).filePage},
	{"POST /console/people/file", store.ExportPeople, (*visit).peopleFile},
	{"GET /console/people/{id}", store.SeePeople, (*visit).personPage},
	{"POST /console/people/{id}/stage", store.ChangeStage, (*visit).moveStage},
	{"POST /console/people/{id}/note", store.WriteNote, (*visit).writeNote},
	{"POST /console/people/{id}/note/drop", store.WriteNote, (*visit).dropNote},
	{"GET /console/people/{id}/correct", store.ChangeStage, (*visit).correctPage},
	{"POST /console/people/{id}/correct", store.ChangeStage, (*visit).correctPerson},
	{"GET /console/people/{id}/request", store.WriteNote, (*visit).personRequestPage},
	{"POST /console/people/{id}/request", store.WriteNote, (*visit).personRequest},
	{"GET /console/people/{id}/export", store.ExportPeople, (*visit).exportPage},
	{"POST /console/people/{id}/export", store.ExportPeople, (*visit).exportPerson},
	{"GET /console/people/{id}/erase", store.ErasePerson, (*visit).erasePage},
	{"POST /console/people/{id}/erase", store.ErasePerson, (*visit).erasePerson},
	{"GET /console/requests", store.SeePeople, (*visit).requestsPage},
	{"GET /console/requests/new", store.WriteNote, (*visit).newRequestPage},
	{"POST /console/requests/new", store.WriteNote, (*visit).newRequest},
	{"GET /console/requests/{id}", store.WriteNote, (*visit).answerPage},
	{"POST /console/requests/{id}", store.WriteNote, (*visit).answerRequest},

	// Who asked for somebody of the team.
	{"GET /console/inbox", store.AnswerTickets, (*visit).inboxPage},
	{"GET /console/inbox/{id}", store.AnswerTickets, (*visit).casePage},
	{"GET /console/inbox/{id}/live", store.AnswerTickets, (*visit).caseLive},
	{"GET /console/inbox/{id}/file/{saying}", store.AnswerTickets, (*visit).caseFile},
	{"POST /console/inbox/{id}/reply", store.AnswerTickets, (*visit).replyCase},
	{"POST /console/inbox/{id}/assign", store.AnswerTickets, (*visit).assignCase},
	{"POST /console/inbox/{id}/note", store.AnswerTickets, (*visit).noteCase},
	{"POST /console/inbox/{id}/close", store.AnswerTickets, (*visit).closeCase},
	{"POST /console/inbox/{id}/reopen", store.AnswerTickets, (*visit).reopenCase},

	// Reports of wrong-doing, for the few who may read them.
	{"GET /console/reports", store.ReadReports, (*visit).reportsPage},
	{"GET /console/reports/{name}", store.ReadReports, (*visit).reportPage},
	{"GET /console/reports/{name}/close", store.ReadReports, (*visit).closeReportPage},
	{"POST /console/reports/{name}/mark", store.ReadReports, (*visit).markReport},

	// Who wants to be referred to an offer of work.
	{"GET /console/referrals", store.SeePeople, (*visit).referralsPage},
	{"GET /console/people/{id}/referral/{offer}", store.ChangeStage, (*visit).referralPage},
	{"POST /console/people/{id}/referral/{offer}", store.ChangeStage, (*visit).answerReferral},

	// Figures, of no single person.
	{"GET /console/numbers", store.SeeNumbers, (*visit).numbersPage},
	{"GET /console/numbers/report", store.SeeNumbers, (*visit).numbersReport},
	{"GET /console/numbers/file.xlsx", store.SeeNumbers, (*visit).numbersFile},

	// Who manages the team.
	{"GET /console/team", store.ManageStaff, (*visit).teamPage},
	{"GET /console/team/new", store.ManageStaff, (*visit).invitePage},
	{"POST /console/team/new", store.ManageStaff, (*visit).invite},
	{"GET /console/team/{id}", store.ManageStaff, (*visit).memberPage},
	{"POST /console/team/{id}", store.ManageStaff, (*visit).changeMember},
	{"POST /console/team/{id}/link", store.ManageStaff, (*visit).inviteAgain},
	{"GET /console/team/{id}/remove", store.ManageStaff, (*visit).removePage},
	{"POST /console/team/{id}/remove", store.ManageStaff, (*visit).removeMember},

	// Who watches over what the team does.
	{"GET /console/audit", store.ReadAudit, (*visit).auditPage},
	{"POST /console/audit/verify", store.ReadAudit, (*visit).verifyAudit},
}, catalogueRoutes(), contentRoutes())

// sections is the menu. An entry is shown when its path is a route and the role
// may use it.
var sections = []section{
	{"today", "/console/", "home"},
	{"inbox", "/console/inbox", "chat"},
	{"reports", "/console/reports", "warn"},
	{"people", "/console/people", "people"},
	{"vacancies", "/console/vacancies", "work"},
	{"courses", "/console/courses", "course"},
	{"events", "/console/events", "event"},
	{"outreach", "/console/outreach", "send"},
	{"numbers", "/console/numbers", "chart"},
	{"content", "/console/content", "text"},
	{"team", "/console/team", "team"},
	{"audit", "/console/audit", "shield"},
}

// A section is one entry of the menu; its words are console.menu.NAME.
type section struct{ Name, Path, Icon string }

// A Server is the console. It is safe for concurrent use.
type Server struct {
	cfg      Config
	mux      *http.ServeMux
	guard    *guard
	pages    map[string]*template.Template // by language: every page, with what it calls
	assets   assets
	may      map[string]store.Action // of each GET path without wildcards, for the menu
	listed   catalogueCache
	contents contentCache
	previews previewCache
	funnels  funnelCache
	audited  atomic.Pointer[verified] // nil: not looked at since the start
}

// New makes the console. It fails when a page cannot be parsed, which is a
// broken build.
func New(c Config) (*Server, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Patience == 0 {
		c.Patience = 2 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: c, mux: http.NewServeMux(), may: map[string]store.Action{}}
	var err error
	if s.guard, err = newGuard(c); err != nil {
		return nil, err
	}
	if s.assets, err = readAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = s.parsePages(); err != nil {
		return nil, err
	}
	for _, r := range routes {
		s.mux.Handle(r.pattern, s.answer(r))
		if path, ok := plainGet(r.pattern); ok {
			s.may[path] = r.may
		}
	}
	s.mux.Handle("GET /console/static/{hash}/{file}", s.assets)
	s.mux.Handle("/console/", s.answer(route{may: anybody, serve: (*visit).nothingHere}))
	return s, nil
}

// ServeHTTP answers everything below Root.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.guard.protect(w, r, s.mux)
}
