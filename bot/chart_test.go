package bot

import (
	"bytes"
	"image/png"
	"os"
	"strconv"
	"testing"
)

func TestAChartIsAPicture(t *testing.T) {
	for name, bars := range map[string][]bar{
		"many": {{"Enviados", 104_300}, {"Bloquearon el bot", 52}, {"Fallaron", 3}, {"No se enviaron", 1200}, {"Sin certeza", 0}},
		"none": {{"Llegaron", 0}, {"Dieron permiso", 0}},
		"one":  {{"Enviados", 1}},
	} {
		raw, err := chart("Feria de empleo ñandú", bars, strconv.Itoa)
		if err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("CHARTS"); dir != "" {
			_ = os.WriteFile(dir+"/"+name+".png", raw, 0o644)
		}
		picture, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		colours := map[uint32]bool{}
		for x := range picture.Bounds().Dx() {
			r, _, _, _ := picture.At(x, picture.Bounds().Dy()*2/3).RGBA()
			colours[r] = true
		}
		if picture.Bounds().Dx() != chartWidth || len(colours) < 2 && name == "many" {
			t.Errorf("%s: %v, %d colours", name, picture.Bounds(), len(colours))
		}
	}
}
