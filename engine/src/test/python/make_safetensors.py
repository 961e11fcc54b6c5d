"""Writes the safetensors files under src/test/resources that Mien's reader is held to.

  python3 make_safetensors.py OUT_FOLDER

by_struct.safetensors needs nothing but Python; by_safetensors.safetensors is written by the
reference implementation and needs `pip install numpy safetensors` (0.8.0 was used); without
it that file is left out. Values: SafeTensorsInteropTest.
"""
import json
import pathlib
import struct
import sys


def by_struct(path):
    tensors = {
        "weight": ("F32", [2, 3], struct.pack("<6f", 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)),
        "scalar": ("F64", [], struct.pack("<d", 3.141592653589793)),
        "empty": ("F32", [0, 4], b""),
        "labels": ("I32", [3], struct.pack("<3i", -1, 0, 2147483647)),
        "num_batches_tracked": ("I64", [], struct.pack("<q", 1234567)),
        "half": ("F16", [3], struct.pack("<3e", 1.0, -2.5, 65504.0)),
        "image": ("U8", [1, 2, 2], bytes([0, 1, 128, 255])),
    }
    header, data = {}, b""
    for name in ["image", "empty", "half", "weight", "labels", "scalar", "num_batches_tracked"]:
        dtype, shape, raw = tensors[name]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    # Header order differs from the order of the data, with spaces between, escaped non-ASCII and padding.
    ordered = {"weight": header.pop("weight"), "__metadata__": {"writer": "struct", "größe": "2 × 3"}, **header}
    text = json.dumps(ordered, indent=1).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def by_safetensors(path):
    import numpy as np
    from safetensors.numpy import save_file

    save_file({
        "weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 2,
        "scalar": np.array(3.141592653589793),
        "empty": np.zeros((0, 4), np.float32),
        "labels": np.array([-1, 0, 2147483647], np.int32),
        "num_batches_tracked": np.array(1234567, np.int64),
        "half": np.array([1.0, -2.5, 65504.0], np.float16),
        "image": np.array([[[0, 1], [128, 255]]], np.uint8),
    }, path, metadata={"writer": "safetensors", "größe": "2 × 3"})


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    by_struct(out / "by_struct.safetensors")
    try:
        by_safetensors(out / "by_safetensors.safetensors")
    except ImportError as missing:
        print(f"by_safetensors.safetensors left out: {missing}")
