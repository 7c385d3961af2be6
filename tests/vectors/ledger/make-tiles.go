// Writes tiles.txt: the SHA-256 of every file of logs of several sizes, hashes from the checksum database's own code
// (Debian's golang-golang-x-mod-dev), entry bundles made here.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run make-tiles.go >tiles.txt
//
// Entry i is the text "entry i". SPDX-License-Identifier: GPL-3.0-or-later
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

var stored []tlog.Hash

func read(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, stored[i])
	}
	return out, nil
}

func entry(i int64) []byte { return []byte(fmt.Sprintf("entry %d", i)) }

func main() {
	reader := tlog.HashReaderFunc(read)
	for _, size := range []int64{1, 2, 255, 256, 257, 513, 66000} {
		for i := int64(0); i < size; i++ {
			if tlog.StoredHashIndex(0, i) < int64(len(stored)) {
				continue
			}
			hashes, err := tlog.StoredHashes(i, entry(i), reader)
			if err != nil {
				log.Fatal(err)
			}
			stored = append(stored, hashes...)
		}
		fmt.Printf("size %d\n", size)
		for _, tile := range tlog.NewTiles(8, 0, size) {
			if here := size >> (8 * tile.L); tile.W != 256 && tile.N*256+int64(tile.W) != here {
				continue // of a smaller log
			}
			data, err := tlog.ReadTileData(tile, reader)
			if err != nil {
				log.Fatal(err)
			}
			path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
			fmt.Printf("%s %x\n", path, sha256.Sum256(data))
			if tile.L > 0 {
				continue
			}
			var bundle []byte
			for i := int64(0); i < int64(tile.W); i++ {
				one := entry(tile.N*256 + i)
				bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(one))), one...)
			}
			fmt.Printf("%s %x\n", strings.Replace(path, "tile/0/", "tile/entries/", 1), sha256.Sum256(bundle))
		}
	}
}
