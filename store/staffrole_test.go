package store_test

import (
	"slices"
	"testing"

	"arraigo/store"
)

// Who may do what, written down a second time: changing a right takes two hands.
func TestRightsOfEachRole(t *testing.T) {
	const no, yes = false, true
	for action, want := range map[store.Action][5]bool{ // viewer, officer, coordinator, admin, auditor
		store.SeePeople:           {yes, yes, yes, yes, no},
		store.SeeNumbers:          {yes, yes, yes, yes, yes},
		store.ChangeStage:         {no, yes, yes, yes, no},
		store.WriteNote:           {no, yes, yes, yes, no},
		store.ExportPeople:        {no, no, yes, yes, no},
		store.ErasePerson:         {no, no, yes, yes, no},
		store.ChangeCatalogue:     {no, yes, yes, yes, no},
		store.PublishVacancy:      {no, yes, yes, yes, no},
		store.DecideVacancy:       {no, no, yes, yes, no},
		store.Announce:            {no, yes, yes, yes, no},
		store.ApproveAnnouncement: {no, no, yes, yes, no},
		store.AnswerTickets:       {no, yes, yes, yes, no},
		store.ReadReports:         {no, no, no, no, no},
		store.ChangeContent:       {no, no, yes, yes, no},
		store.PublishContent:      {no, no, no, yes, no},
		store.ManageStaff:         {no, no, no, yes, no},
		store.ReadAudit:           {no, no, yes, yes, yes},
	} {
		if !slices.Contains(store.Actions(), action) {
			t.Errorf("%s is not among the actions", action)
		}
		for i, role := range store.Roles() {
			m := store.Staff{ID: "s-000000", Role: role}
			if got := m.May(action); got != want[i] {
				t.Errorf("%s may %s: %v, want %v", role, action, got, want[i])
			}
			m.Reports = true
			if got, want := m.May(action), want[i] || action == store.ReadReports; got != want {
				t.Errorf("%s with the flag may %s: %v, want %v", role, action, got, want)
			}
			m.Removed = 1
			if m.May(action) {
				t.Errorf("%s who left may %s", role, action)
			}
		}
		for _, m := range []store.Staff{{}, {Role: store.RoleAdmin}, {ID: "s-000000", Role: "root", Reports: true}, {ID: "s-000000"}} {
			if m.May(action) {
				t.Errorf("%+v may %s", m, action)
			}
		}
	}
	if len(store.Actions()) != 17 || len(store.Roles()) != 5 {
		t.Errorf("%d actions and %d roles: the table above has others", len(store.Actions()), len(store.Roles()))
	}
}

func TestScope(t *testing.T) {
	all := store.Staff{}
	cucuta := store.Staff{Towns: []string{"54001"}}
	work := store.Staff{Lines: []string{"laboral"}, Towns: []string{"54001", "44430"}}
	for _, tc := range []struct {
		m          store.Staff
		line, town string
		want       bool
	}{
		{all, "laboral", "11001", true}, {all, "", "", true},
		{cucuta, "laboral", "54001", true}, {cucuta, "laboral", "11001", false}, {cucuta, "", "54001", true}, {cucuta, "laboral", "", true},
		{work, "laboral", "44430", true}, {work, "emprendimiento", "44430", false}, {work, "laboral", "11001", false}, {work, "", "", true},
	} {
		if got := tc.m.Covers(tc.line, tc.town); got != tc.want {
			t.Errorf("%v %v covers %q %q: %v", tc.m.Lines, tc.m.Towns, tc.line, tc.town, got)
		}
	}
	for _, tc := range []struct {
		m     store.Staff
		lines []string
		town  string
		want  bool
	}{
		{all, nil, "", true}, {cucuta, nil, "54001", true}, {cucuta, nil, "", false}, {cucuta, []string{"laboral"}, "11001", false},
		{work, []string{"emprendimiento", "laboral"}, "54001", true}, {work, []string{"emprendimiento"}, "54001", false},
		{work, nil, "54001", false}, {work, []string{"laboral"}, "", false},
	} {
		if got := tc.m.CoversPerson(tc.lines, tc.town); got != tc.want {
			t.Errorf("%v %v covers a person of %v %q: %v", tc.m.Lines, tc.m.Towns, tc.lines, tc.town, got)
		}
	}
}
