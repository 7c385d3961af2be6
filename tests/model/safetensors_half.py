"""Reads and writes safetensors with nothing but NumPy, as Debian has no package of it.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import struct

import numpy as np

DTYPES = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}


def save(path, tensors, texts, dtype="F16"):
    """Writes {name: array}, as half precision unless told otherwise."""
    header, parts, at = {"__metadata__": texts}, [], 0
    for name, tensor in tensors.items():
        part = np.ascontiguousarray(tensor, DTYPES[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def load(path):
    """{name: float32 array}"""
    with open(path, "rb") as file:
        data = file.read()
    size, = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8:8 + size]), data[8 + size:]
    header.pop("__metadata__", None)
    return {name: np.frombuffer(body[slice(*row["data_offsets"])], DTYPES[row["dtype"]]).reshape(row["shape"])
            .astype(np.float32) for name, row in header.items()}
