package store

import "slices"

// A Role is what somebody of the team may do; see the table below.
type Role string

// The roles. People read them as consulta, gestor, supervisor, administrador de
// contenido and auditor.
const (
	RoleViewer      Role = "viewer"
	RoleOfficer     Role = "officer"
	RoleCoordinator Role = "coordinator"
	RoleAdmin       Role = "admin"
	RoleAuditor     Role = "auditor"
)

// Roles lists all roles.
func Roles() []Role {
	return []Role{RoleViewer, RoleOfficer, RoleCoordinator, RoleAdmin, RoleAuditor}
}

// Valid reports whether there is such a role.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// An Action is something that only some roles may do.
type Action string

// The actions. Those about people or offers are also bounded by Covers and
// CoversPerson; an approval also needs another author.
const (
	SeePeople           Action = "see-people"           // search people and read one's page
	SeeNumbers          Action = "see-numbers"          // totals, funnels, charts; no person
	ChangeStage         Action = "change-stage"         // move somebody along their route
	WriteNote           Action = "write-note"           // on a person's page
	ExportPeople        Action = "export-people"        // a file with rows of people; needs a reason
	ErasePerson         Action = "erase-person"         // at the person's own wish
	ChangeCatalogue     Action = "change-catalogue"     // courses, events, vacancies, help lines; attendance
	PublishVacancy      Action = "publish-vacancy"      // alerts go out
	DecideVacancy       Action = "decide-vacancy"       // let one through, or not, that the checks leave to a person
	Announce            Action = "announce"             // write and send an outreach
	ApproveAnnouncement Action = "approve-announcement" // a large one, by another person
	AnswerTickets       Action = "answer-tickets"       // write to people who asked for the team
	ReadReports         Action = "read-reports"         // of wrong-doing; by the flag Reports alone, never by a role
	ChangeContent       Action = "change-content"       // propose texts, help lines, settings of a call
	PublishContent      Action = "publish-content"      // make them what people read
	ManageStaff         Action = "manage-staff"         // invite, change roles, remove
	ReadAudit           Action = "read-audit"           // who saw or changed what
)

// Actions lists all actions.
func Actions() []Action {
	return []Action{
		SeePeople, SeeNumbers, ChangeStage, WriteNote, ExportPeople, ErasePerson, ChangeCatalogue, PublishVacancy, DecideVacancy,
		Announce, ApproveAnnouncement, AnswerTickets, ReadReports, ChangeContent, PublishContent, ManageStaff, ReadAudit,
	}
}

// rights is the whole truth about who may do what.
//
//   - A viewer looks and changes nothing.
//   - An officer works with people and offers, in their own scope.
//   - A coordinator also approves, exports, erases and sees who looked at what.
//   - An admin may do all: who manages the team could give it to themselves; that
//     they do is in the audit log.
//   - An auditor sees who did what, and no person.
var rights = map[Role][]Action{
	RoleViewer: {SeePeople, SeeNumbers},
	RoleOfficer: {
		SeePeople, SeeNumbers, ChangeStage, WriteNote, ChangeCatalogue, PublishVacancy, Announce, AnswerTickets,
	},
	RoleCoordinator: {
		SeePeople, SeeNumbers, ChangeStage, WriteNote, ExportPeople, ErasePerson, ChangeCatalogue, PublishVacancy, DecideVacancy,
		Announce, ApproveAnnouncement, AnswerTickets, ChangeContent, ReadAudit,
	},
	RoleAdmin: {
		SeePeople, SeeNumbers, ChangeStage, WriteNote, ExportPeople, ErasePerson, ChangeCatalogue, PublishVacancy, DecideVacancy,
		Announce, ApproveAnnouncement, AnswerTickets, ChangeContent, PublishContent, ManageStaff, ReadAudit,
	},
	RoleAuditor: {SeeNumbers, ReadAudit},
}

// May reports whether the staff member may do something at all.
func (m Staff) May(a Action) bool {
	if m.ID == "" || m.Removed != 0 {
		return false
	}
	if a == ReadReports {
		return m.Reports && m.Role.Valid()
	}
	return slices.Contains(rights[m.Role], a)
}

// Covers reports whether something of a line and a municipality is within the
// scope. Where it has none (""), as an event of all lines, it concerns everybody.
func (m Staff) Covers(line, town string) bool {
	return (line == "" || len(m.Lines) == 0 || slices.Contains(m.Lines, line)) &&
		(town == "" || len(m.Towns) == 0 || slices.Contains(m.Towns, town))
}

// CoversPerson reports whether a person who seeks those lines and lives in that
// municipality is within the scope. Of whom that is not known only those see
// something whose scope is not bounded: nobody needs to know by default.
func (m Staff) CoversPerson(lines []string, town string) bool {
	inLine := len(m.Lines) == 0 || slices.ContainsFunc(lines, func(l string) bool { return slices.Contains(m.Lines, l) })
	return inLine && (len(m.Towns) == 0 || slices.Contains(m.Towns, town))
}
