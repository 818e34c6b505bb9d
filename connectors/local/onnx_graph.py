"""ONNX models written and read by hand: the few protobuf messages that it takes, so that no package of 17 MB comes.

Field numbers and types: onnx.proto3 of ONNX 1.16 (opset 17, IR version 8).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 8
OPSET = 17
MICROSOFT = "com.microsoft"  # the operators that onnxruntime adds to the standard ones
_TYPES = {np.dtype(np.float32): 1, np.dtype(np.int8): 3, np.dtype(np.int64): 7}
_FLOAT, _INT = 1, 2  # of an attribute


@dataclass(slots=True)
class Graph:
    """A graph whose input and outputs are rows of vectors: float32 of shape (1, length, size)."""

    size: int
    _nodes: list[bytes] = field(default_factory=list)
    _weights: list[bytes] = field(default_factory=list)

    def weight(self, name: str, values: NDArray[Any]) -> str:
        """Add constant numbers, float32, int8 or int64. float64 is made smaller."""
        plain = np.ascontiguousarray(values, dtype=np.float32 if values.dtype.kind == "f" else None)
        shape = b"".join(_number(1, extent) for extent in plain.shape)
        self._weights.append(shape + _number(2, _TYPES[plain.dtype]) + _text(8, name) + _bytes(9, plain.tobytes()))
        return name

    def node(
        self, operator: str, inputs: Sequence[str], output: str, *, domain: str = "", **settings: float | int
    ) -> str:
        """Add an operator; its output's name is returned."""
        parts = [_text(1, each) for each in inputs]
        parts += [_text(2, output), _text(4, operator)]
        parts += [_bytes(5, _setting(name, value)) for name, value in settings.items()]
        self._nodes.append(b"".join([*parts, _text(7, domain)] if domain else parts))
        return output

    def model(self, source: str, targets: Sequence[str]) -> bytes:
        """The whole as a ModelProto, from the input named `source` to the outputs named `targets`."""
        graph = [*(_bytes(1, node) for node in self._nodes), _text(2, "graph")]
        graph += [_bytes(5, weight) for weight in self._weights]
        graph += [_bytes(11, self._row(source)), *(_bytes(12, self._row(target)) for target in targets)]
        opsets = (_text(1, "") + _number(2, OPSET), _text(1, MICROSOFT) + _number(2, 1))
        return b"".join([_number(1, IR_VERSION), _bytes(7, b"".join(graph)), *(_bytes(8, each) for each in opsets)])

    def _row(self, name: str) -> bytes:
        extents = (_number(1, 1), _text(2, "length"), _number(1, self.size))
        shape = b"".join(_bytes(1, each) for each in extents)
        return _text(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, shape)))


def _setting(name: str, value: float | int) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    return _text(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, _FLOAT)


def _number(place: int, value: int) -> bytes:
    return _varint(place << 3) + _varint(value & (1 << 64) - 1)


def _text(place: int, value: str) -> bytes:
    return _bytes(place, value.encode())


def _bytes(place: int, value: bytes) -> bytes:
    return _varint(place << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


# ------------------------------------------------------------------


def read_weights(content: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """The constant arrays of a ModelProto by their names, in the order of the file and without being copied.

    ValueError where it is none, or holds them elsewhere."""
    kinds = {number: kind for kind, number in _TYPES.items()}
    found: dict[str, NDArray[Any]] = {}
    (graph,) = (part for field_, part in _fields(content) if field_ == 7 and not isinstance(part, int))
    for tensor in (part for field_, part in _fields(graph) if field_ == 5 and not isinstance(part, int)):
        parts = list(_fields(tensor))
        shape = [part for field_, part in parts if field_ == 1 and isinstance(part, int)]
        told = dict(parts)
        if told.get(2) in kinds and not isinstance(told.get(9), int | None):
            found[bytes(told[8]).decode()] = told[9].view(kinds[told[2]]).reshape(shape)
    return found


def _fields(content: NDArray[np.uint8]) -> Iterator[tuple[int, Any]]:
    """(number, content) of each field of a message: a whole number, or bytes."""
    place = 0
    while place < len(content):
        key, place = _read_varint(content, place)
        kind = key & 7
        if kind not in (0, 2):
            raise ValueError(f"a field of kind {kind} at byte {place}")
        value, place = _read_varint(content, place)
        if kind == 2:
            place += value
            yield key >> 3, content[place - value : place]
        else:
            yield key >> 3, value


def _read_varint(content: NDArray[np.uint8], place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = int(content[place])
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place
