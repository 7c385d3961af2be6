// Writes merkle.txt: roots and proofs from the checksum database's own code (Debian's golang-golang-x-mod-dev).
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run make-merkle.go >merkle.txt
//
// Entry i is the text "entry i". SPDX-License-Identifier: GPL-3.0-or-later
package main

import (
	"encoding/hex"
	"fmt"
	"log"

	"golang.org/x/mod/sumdb/tlog"
)

const most = 70000

var stored []tlog.Hash

func read(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, stored[i])
	}
	return out, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func line(kind string, a, b int64, hashes []tlog.Hash) {
	fmt.Printf("%s %d %d", kind, a, b)
	for _, h := range hashes {
		fmt.Print(" ", hex.EncodeToString(h[:]))
	}
	fmt.Println()
}

func main() {
	reader := tlog.HashReaderFunc(read)
	for i := int64(0); i < most; i++ {
		stored = append(stored, must(tlog.StoredHashes(i, []byte(fmt.Sprintf("entry %d", i)), reader))...)
	}
	sizes := []int64{}
	for n := int64(1); n <= 17; n++ {
		sizes = append(sizes, n)
	}
	sizes = append(sizes, 255, 256, 257, 300, 65535, 65536, 65537, most)
	for _, n := range sizes {
		line("root", n, 0, []tlog.Hash{must(tlog.TreeHash(n, reader))})
		step := n/6 + 1
		if n <= 17 {
			step = 1
		}
		for i := int64(0); i < n-1; i += step {
			line("inclusion", i, n, must(tlog.ProveRecord(n, i, reader)))
		}
		line("inclusion", n-1, n, must(tlog.ProveRecord(n, n-1, reader)))
		for _, m := range sizes {
			if m <= n {
				line("consistency", m, n, must(tlog.ProveTree(n, m, reader)))
			}
		}
	}
}
