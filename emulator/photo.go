package emulator

import (
	"bytes"
	"image"
	"image/jpeg"
)

// scaledPixels bounds the pictures that are scaled; larger ones come in their
// own size only.
const scaledPixels = 4 << 20

// photoBounds are the longest sides of the copies that Telegram makes of a
// photo (https://core.telegram.org/api/files#image-thumbnail-types: s, m, x).
var photoBounds = []int{90, 320, 800}

// scaledCopies makes the smaller sizes of a photo.
func scaledCopies(f *file) []*file {
	if f.width*f.height > scaledPixels {
		return nil
	}
	var original image.Image
	var out []*file
	for _, bound := range photoBounds {
		long := max(f.width, f.height)
		if long <= bound {
			break
		}
		if original == nil {
			var err error
			if original, _, err = image.Decode(bytes.NewReader(f.data)); err != nil {
				return nil // a picture whose head is good and whose body is not
			}
		}
		w, h := max(1, f.width*bound/long), max(1, f.height*bound/long)
		small := image.NewRGBA(image.Rect(0, 0, w, h))
		at := original.Bounds().Min
		for y := range h {
			for x := range w {
				small.Set(x, y, original.At(at.X+x*f.width/w, at.Y+y*f.height/h))
			}
		}
		var buf bytes.Buffer
		if jpeg.Encode(&buf, small, nil) != nil {
			return nil
		}
		n := identify("photo", "", "image/jpeg", buf.Bytes())
		n.width, n.height = w, h
		out = append(out, n)
	}
	return out
}
