package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"arraigo/store"
)

// maxMedia bounds a file that is shown to the team. Telegram gives a bot no file
// over 20 MB.
const maxMedia = 20 << 20

// Media fetches a file that a person sent, by Telegram's id of it. It is not kept
// here. It fails with store.ErrNotFound when Telegram does not have it any more
// and with store.ErrUnavailable when Telegram does not answer.
func (b *Bot) Media(ctx context.Context, id string) ([]byte, error) {
	var file struct {
		Path string `json:"file_path"`
	}
	if err := b.api.call(ctx, "getFile", map[string]string{"file_id": id}, &file); err != nil {
		if e, ok := errors.AsType[*apiError](err); ok && e.code == http.StatusBadRequest {
			return nil, fmt.Errorf("fetch a file: %w", store.ErrNotFound)
		}
		return nil, fmt.Errorf("fetch a file: %w: %w", store.ErrUnavailable, err)
	}
	content, status, err := b.api.download(ctx, file.Path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("fetch a file: %w: %w", store.ErrUnavailable, err)
	case status == http.StatusNotFound:
		return nil, fmt.Errorf("fetch a file: %w", store.ErrNotFound)
	case status != http.StatusOK:
		return nil, fmt.Errorf("fetch a file: answered %d: %w", status, store.ErrUnavailable)
	}
	return content, nil
}

// download reads a file of the Bot API server.
func (a *api) download(ctx context.Context, path string) (content []byte, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.files+path, nil)
	if err != nil {
		return nil, 0, errors.New("the address of the file is not valid")
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, 0, withoutAddress(err)
	}
	defer resp.Body.Close()
	content, err = io.ReadAll(io.LimitReader(resp.Body, maxMedia+1))
	if err != nil {
		return nil, 0, withoutAddress(err)
	}
	if len(content) > maxMedia {
		return nil, 0, errors.New("the file is too large")
	}
	return content, resp.StatusCode, nil
}

// DataFile is a file with everything stored about a contact, as they get it in
// /mis_datos: flows.FileDataText or flows.FileDataJSON. It fails with
// store.ErrNotFound when nothing is stored.
func (b *Bot) DataFile(ctx context.Context, id store.ContactID, name string) ([]byte, error) {
	r, err := b.cfg.Store.LoadID(ctx, id)
	if err != nil {
		return nil, err
	}
	return b.dataFile(ctx, r, name)
}
