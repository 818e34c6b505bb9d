"""ONNX models written by hand: the few protobuf messages that a graph needs, so that no package of 17 MB comes along.

Field numbers and types: onnx.proto3 of ONNX 1.16 (opset 17, IR version 8).
"""

import struct
from collections.abc import Sequence
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
    """A graph with one input and one output, each a row of vectors: float32 of shape (1, length, size)."""

    size: int
    _nodes: list[bytes] = field(default_factory=list)
    _weights: list[bytes] = field(default_factory=list)

    def weight(self, name: str, values: NDArray[Any]) -> str:
        """Add constant numbers, float32, int8 or int64."""
        plain = np.ascontiguousarray(values)
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

    def model(self, source: str, target: str) -> bytes:
        """The whole as a ModelProto, from the input named `source` to the output named `target`."""
        graph = [*(_bytes(1, node) for node in self._nodes), _text(2, "graph")]
        graph += [_bytes(5, weight) for weight in self._weights]
        graph += [_bytes(11, self._row(source)), _bytes(12, self._row(target))]
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
