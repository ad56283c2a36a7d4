package console

import "testing"

// TestTheSheetOfAllPagesIsSmall keeps what only some pages need out of the sheet
// that every page waits for: view.style is for that.
func TestTheSheetOfAllPagesIsSmall(t *testing.T) {
	sheet, err := staticFiles.ReadFile("static/console.css")
	if err != nil {
		t.Fatal(err)
	}
	if len(sheet) > 20<<10 {
		t.Errorf("console.css has %d bytes, want at most %d", len(sheet), 20<<10)
	}
}
