package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"arraigo/store"
)

// A dataDir is the folder of one process: nobody else may use it meanwhile.
type dataDir struct {
	path string
	lock *os.File
	// replica is the name of this process among all that share a Redis; epoch
	// counts its lives. Together they let it take up at once what its last life
	// left, because the lock proves that it is over.
	replica string
	epoch   int64
}

// lifeFile is the content of DATA/replica.json.
type lifeFile struct {
	Replica string `json:"replica"`
	Epoch   int64  `json:"epoch"`
}

// openDataDir makes the folder if needed, locks it and begins a new life.
func openDataDir(path string) (*dataDir, error) {
	d, err := lockDataDir(path)
	if err != nil {
		return nil, err
	}
	if err := d.begin(); err != nil {
		d.close()
		return nil, fmt.Errorf("data folder %s: %w", path, err)
	}
	return d, nil
}

// errInUse means that a running process holds the folder.
var errInUse = errors.New("in use")

// lockDataDir locks the folder without beginning a life.
func lockDataDir(path string) (*dataDir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, badSetting("ARRAIGO_DATA_DIR cannot be made: %v; give a folder that this user may write to, such as /var/lib/arraigo", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, badSetting("ARRAIGO_DATA_DIR cannot be written to: %v; give a folder that belongs to this user", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &inUseError{path}
		}
		return nil, fmt.Errorf("lock the data folder %s: %w", path, err)
	}
	return &dataDir{path: path, lock: lock}, nil
}

// inUseError is a settings mistake as well: two processes were given one folder.
type inUseError struct{ path string }

func (e *inUseError) Error() string {
	return "another arraigo uses the data folder " + e.path + ": stop it, or give this one a folder of its own with ARRAIGO_DATA_DIR"
}

func (e *inUseError) Is(target error) bool { return target == errInUse }

func (d *dataDir) begin() error {
	name := d.file("replica.json")
	var life lifeFile
	raw, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		// A file that cannot be read is no reason not to start: a new name is
		// as good, the replies of the old one are found a few seconds later.
		if json.Unmarshal(raw, &life) != nil {
			life = lifeFile{}
		}
	}
	if life.Replica == "" {
		var id [6]byte
		rand.Read(id[:])
		life.Replica = hex.EncodeToString(id[:])
	}
	life.Epoch++
	raw, err = json.Marshal(life)
	if err != nil {
		return err
	}
	if err := writeWhole(name, append(raw, '\n')); err != nil {
		return err
	}
	d.replica, d.epoch = life.Replica, life.Epoch
	return nil
}

// writeWhole leaves the old file or the new one, never half of one.
func writeWhole(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

func (d *dataDir) file(name string) string { return filepath.Join(d.path, name) }

func (d *dataDir) close() { d.lock.Close() }

// keysetPath is where the keyset is.
func (o storeOptions) keysetPath() string {
	if o.Keyset != "" {
		return o.Keyset
	}
	return filepath.Join(o.DataDir, "keyset.json")
}

// keyring opens the keyset. Only the one in the data folder is made when it is
// missing: a file that was named must exist, or a typing mistake would encrypt
// everybody's data with keys that nobody keeps.
func (o storeOptions) keyring() (keys *store.Keyring, fresh bool, err error) {
	path := o.keysetPath()
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.Keyset != "":
		return nil, false, badSetting("ARRAIGO_KEYSET does not exist: %s; make it with: arraigo keys new %s", path, path)
	case errors.Is(err, fs.ErrNotExist):
		fresh = true
	case err != nil:
		return nil, false, badSetting("ARRAIGO_KEYSET cannot be read: %v", err)
	case info.IsDir():
		return nil, false, badSetting("ARRAIGO_KEYSET is a folder: name a file, such as %s", filepath.Join(path, "keyset.json"))
	case info.Mode().Perm()&0o077 != 0:
		return nil, false, badSetting("the keyset %s can be read by other users (%s): run chmod 600 %s", path, info.Mode().Perm(), path)
	}
	keys, err = store.OpenKeyring(store.KeyringConfig{Path: path, Create: fresh})
	if err != nil {
		return nil, false, err
	}
	return keys, fresh, nil
}
