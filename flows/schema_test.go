package flows

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write schema.json anew")

func TestSchemaIsGeneratedFromTheCode(t *testing.T) {
	want, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(schemaJSON)); diff != "" {
		t.Errorf("schema.json is not what the code says; run go test ./flows -run TestSchema -update (-code +file):\n%s", diff)
	}
}

func TestEverySlotTypeIsInTheSchema(t *testing.T) {
	var doc struct {
		Defs struct {
			Flow struct {
				Properties struct {
					Slots struct {
						AdditionalProperties struct {
							Properties struct {
								Type struct{ Enum []SlotType }
							}
						}
					}
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schemaJSON, &doc); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slotTypes, doc.Defs.Flow.Properties.Slots.AdditionalProperties.Properties.Type.Enum); diff != "" {
		t.Errorf("types of slots (-code +schema):\n%s", diff)
	}
}
