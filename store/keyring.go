package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// A Keyring holds the two Tink keysets of an installation:
//
//   - identity, an HMAC-SHA-256 PRF: makes contact ids and tombstones. It is
//     never rotated, because every key in Redis is named with it.
//   - records, XChaCha20-Poly1305 AEAD: encrypts records and replies owed. The
//     newest key encrypts, all keys decrypt; see RotateKeyring and Store.Rotate.
//     The 24-byte nonce lets one key encrypt any number of turns (AES-GCM with
//     its 12-byte random nonce is to be given up after 2^32).
//
// Both rest in one file outside Redis, as {"identity": …, "records": …} with
// Tink's JSON keysets in the clear: who can read the file and Redis can read
// everybody's answers. Losing the file loses all records.
type Keyring struct {
	identity *prf.Set
	records  tink.AEAD
	primary  uint32 // id of the key that encrypts
	warnings []Warning
}

// KeyringConfig says where the keyset file is.
type KeyringConfig struct {
	Path   string
	Create bool // write a new file with fresh keys when there is none
}

type keyringFile struct {
	Identity json.RawMessage `json:"identity"`
	Records  json.RawMessage `json:"records"`
}

// OpenKeyring reads the keyset file. Without the file it fails with
// fs.ErrNotExist, unless Create is set: then it writes one, readable by the
// owner alone, and never over an existing file.
func OpenKeyring(c KeyringConfig) (*Keyring, error) {
	data, err := os.ReadFile(c.Path)
	if errors.Is(err, fs.ErrNotExist) && c.Create {
		if err := createKeyring(c.Path); err != nil {
			return nil, fmt.Errorf("create keyset: %w", err)
		}
		data, err = os.ReadFile(c.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("open keyset: %w", err)
	}
	k, _, err := parseKeyring(data)
	if err != nil {
		return nil, fmt.Errorf("open keyset %s: %w", c.Path, err)
	}
	if info, err := os.Stat(c.Path); err == nil && info.Mode().Perm()&0o077 != 0 {
		k.warnings = append(k.warnings, Warning{
			Setting: "keyset file", Found: info.Mode().Perm().String(), Want: "-rw-------",
			Why: "other users of this machine can read the key to everybody's answers",
		})
	}
	return k, nil
}

// NewKeyring makes fresh keys that exist in memory only: for the demo and tests.
func NewKeyring() (*Keyring, error) {
	data, err := freshKeyring()
	if err != nil {
		return nil, err
	}
	k, _, err := parseKeyring(data)
	return k, err
}

// RotateKeyring adds a new encrypting key to the file and keeps the old ones
// for decrypting. Afterwards restart every process, so that each knows the new
// key, and then run Store.Rotate; a process that has not read the new file
// fails with ErrSealed on what others wrote.
func RotateKeyring(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	_, records, err := parseKeyring(data)
	if err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	m := keyset.NewManagerFromHandle(records)
	id, err := m.Add(aead.XChaCha20Poly1305KeyTemplate())
	if err == nil {
		err = m.SetPrimary(id)
	}
	if err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	if records, err = m.Handle(); err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	var file keyringFile
	if err := json.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	if file.Records, err = writeKeyset(records); err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	if data, err = json.MarshalIndent(file, "", "  "); err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	if err := replaceFile(path, data); err != nil {
		return fmt.Errorf("rotate keyset: %w", err)
	}
	return nil
}

func freshKeyring() ([]byte, error) {
	identity, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("new identity key: %w", err)
	}
	records, err := keyset.NewHandle(aead.XChaCha20Poly1305KeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("new record key: %w", err)
	}
	var file keyringFile
	if file.Identity, err = writeKeyset(identity); err != nil {
		return nil, err
	}
	if file.Records, err = writeKeyset(records); err != nil {
		return nil, err
	}
	return json.MarshalIndent(file, "", "  ")
}

func parseKeyring(data []byte) (*Keyring, *keyset.Handle, error) {
	var file keyringFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, nil, errors.New("not a keyset file: want JSON with identity and records")
	}
	identity, err := readKeyset(file.Identity)
	if err != nil {
		return nil, nil, fmt.Errorf("identity: %w", err)
	}
	records, err := readKeyset(file.Records)
	if err != nil {
		return nil, nil, fmt.Errorf("records: %w", err)
	}
	set, err := prf.NewPRFSet(identity)
	if err != nil {
		return nil, nil, fmt.Errorf("identity: %w", err)
	}
	box, err := aead.New(records)
	if err != nil {
		return nil, nil, fmt.Errorf("records: %w", err)
	}
	return &Keyring{identity: set, records: box, primary: records.KeysetInfo().GetPrimaryKeyId()}, records, nil
}

func readKeyset(data []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(data)))
}

func writeKeyset(h *keyset.Handle) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&out)); err != nil {
		return nil, fmt.Errorf("write keyset: %w", err)
	}
	return out.Bytes(), nil
}

func createKeyring(path string) error {
	data, err := freshKeyring()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".keyset-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := finish(f, data); err != nil {
		return err
	}
	// A link never replaces: if another process was first, its keys are used.
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// replaceFile swaps the file in one step: a crash leaves the old or the new
// keyset, never half of one.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".keyset-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := finish(f, data); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

func finish(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
