"""Changes of model files in bytes."""


def without_checksum(onnx):
    """The model without the two metadata entries at its end."""
    key = onnx.rindex(b"genre.checksum")
    return onnx[:key - 4]  # the entry's and the key's types and sizes


def flip(onnx, bit):
    """A model with one bit flipped."""
    changed = bytearray(onnx)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
