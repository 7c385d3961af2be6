// Writes notes.json: keys, signed notes and what the checksum database's note package says of them (Debian's
// golang-golang-x-mod-dev); cosignatures are made with Go's crypto/ed25519.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run make-notes.go >notes.json
//
// SPDX-License-Identifier: GPL-3.0-or-later
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

type key struct{ Secret, Public string }

type one struct {
	Name, Note, Text, Says string
	Signers                []string // of Says "good": whose signatures were verified
}

type witness struct {
	name string
	key  ed25519.PrivateKey
	time uint64
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func (w witness) public() []byte { return append([]byte{4}, w.key[32:]...) }
func (w witness) Name() string   { return w.name }
func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n"), w.public()...))
	return binary.BigEndian.Uint32(sum[:])
}

func (w witness) Sign(msg []byte) ([]byte, error) {
	signed := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", w.time)), msg...)
	out := binary.BigEndian.AppendUint64(nil, w.time)
	return append(out, ed25519.Sign(w.key, signed)...), nil
}

func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	w.time = binary.BigEndian.Uint64(sig)
	want := must(w.Sign(msg))
	return bytes.Equal(want, sig)
}

func (w witness) texts() key {
	text := func(b []byte) string {
		return fmt.Sprintf("%s+%08x+%s", w.name, w.KeyHash(), base64.StdEncoding.EncodeToString(b))
	}
	return key{"PRIVATE+KEY+" + text(append([]byte{4}, w.key.Seed()...)), text(w.public())}
}

func judge(name, text string, known note.Verifiers) one {
	result := one{Name: name, Note: text, Signers: []string{}}
	n, err := note.Open([]byte(text), known)
	var invalid *note.InvalidSignatureError
	var unverified *note.UnverifiedNoteError
	switch {
	case err == nil:
		result.Says, result.Text = "good", n.Text
		for _, sig := range n.Sigs {
			result.Signers = append(result.Signers, sig.Name)
		}
	case errors.As(err, &invalid):
		result.Says = "bad"
	case errors.As(err, &unverified):
		result.Says = "unsigned"
	default:
		result.Says = "malformed"
	}
	return result
}

func main() {
	random := bytes.NewReader(bytes.Repeat([]byte("sixteen byte run"), 100))
	var keys []key
	var signers []note.Signer
	var verifiers []note.Verifier
	for _, name := range []string{"log.example/keys", "other.example", "größe.example/日本"} {
		secret, public, err := note.GenerateKey(random, name)
		if err != nil {
			log.Fatal(err)
		}
		random.ReadByte() // another key for the next one
		keys = append(keys, key{secret, public})
		signers = append(signers, must(note.NewSigner(secret)))
		verifiers = append(verifiers, must(note.NewVerifier(public)))
	}
	cosigner := witness{"witness.example/w1", ed25519.NewKeyFromSeed([]byte("a seed of thirty-two bytes, w1..")), 1679315147}
	keys = append(keys, cosigner.texts())
	signers = append(signers, cosigner)
	verifiers = append(verifiers, cosigner)
	known := note.VerifierList(verifiers...)

	sign := func(text string, who ...int) string {
		var list []note.Signer
		for _, i := range who {
			list = append(list, signers[i])
		}
		return string(must(note.Sign(&note.Note{Text: text}, list...)))
	}
	const checkpoint = "log.example/keys\n3\nlNvQ3YNvUDAWkuas0N6tco7hnsUr//Fgbtgcdadbqhk=\n"
	plain := sign(checkpoint, 0)
	line := plain[strings.Index(plain, "\n\n")+2:]

	notes := []one{}
	add := func(name, text string) { notes = append(notes, judge(name, text, known)) }
	add("plain", plain)
	add("two", sign(checkpoint, 0, 1))
	add("cosigned", sign(checkpoint, 0, 3))
	add("all", sign(checkpoint, 0, 1, 2, 3))
	add("empty lines", sign("a\n\nb\n\n", 0))
	add("only a line feed", sign("\n", 2))
	add("twice", plain+line)
	add("text changed", strings.Replace(plain, "\n3\n", "\n4\n", 1))
	add("cosigned text changed", strings.Replace(sign(checkpoint, 3), "\n3\n", "\n4\n", 1))
	add("under another name", strings.Replace(plain, "— log.example/keys", "— log.example/key", 1))
	add("no signature", checkpoint+"\n")
	add("no blank line", checkpoint+line)
	add("nothing", "")
	add("no last line feed", plain[:len(plain)-1])
	add("carriage returns", strings.ReplaceAll(plain, "\n", "\r\n"))
	add("hyphen", strings.Replace(plain, "— ", "- ", 1))
	add("two spaces", strings.Replace(plain, "— log.example/keys ", "— log.example/keys  ", 1))
	add("plus in name", strings.Replace(plain, "— log.example/keys", "— log+example/keys", 1))
	add("no base64", checkpoint+"\n— log.example/keys *\n")
	add("short base64", checkpoint+"\n— log.example/keys AAAA\n")
	add("tab", strings.Replace(plain, "\n3\n", "\n3\t\n", 1))
	add("text after", plain+"more\n")
	add("100 signatures", checkpoint+"\n"+strings.Repeat("— x AAAAAAA=\n", 99)+line)
	add("101 signatures", checkpoint+"\n"+strings.Repeat("— x AAAAAAA=\n", 100)+line)

	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any{"keys": keys, "notes": notes}); err != nil {
		log.Fatal(err)
	}
}
