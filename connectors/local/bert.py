"""BERT's encoder on onnxruntime, written as a graph from a model's weights: whole numbers where they cost no sense.

Weights have eight bits with one scale a row; activations eight bits with one scale a text. In a few columns the marks
at the ends of a text are up to twenty times as large as anything else: with them one scale would leave the others two
or three bits, so these columns are multiplied as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from connectors.local.onnx_graph import MICROSOFT, Graph
from core.ports import Vector

# Of a weight, in the 7 bits that leave no sum of two products beyond 16 bits: 2 · 255 · 64 < 2¹⁵. Processors of x86
# without VNNI (AMD before Zen 4, Intel before Ice Lake) add up two neighbours' products there and cut what does not
# fit: with 8 bits a text's vector lay .95 to .99 (cosine) from that of the same weights in floating point, with 7 at
# .999, on every processor alike. Unsigned weights of 8 bits take 1.7 times as long.
_LARGEST = 64


class Weights(Protocol):
    """What a model's file holds. Names are `in` (after the embedding), and in each layer q, k, v, ao (attention's
    output), fi and fo (the wide layer's input and output), aln and oln (the norms after attention and at the end)."""

    def linear(self, layer: int, part: str) -> tuple[Vector, Vector]:
        """Weights of shape (rows, width), to be changed by nobody, and a bias a row."""

    def norm(self, layer: int, part: str) -> tuple[Vector, Vector]:
        """Scale and shift. The layer of `in` is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """`loud` are the columns between layers that are multiplied as they are, `loud_within` those of a layer's wide
    part."""

    size: int
    inner: int
    heads: int
    epsilon: float
    loud: Sequence[int] = ()
    loud_within: Mapping[int, Sequence[int]] = field(default_factory=dict)


Run = Callable[[Vector], Sequence[Vector]]


def bert(weights: Weights, shape: Shape, begin: int, end: int, shown: Sequence[int] = (), *, threads: int) -> Run:
    """The layers from one number to before another; the first of all is given summed word and place vectors.

    A function of rows (pieces, size) that gives as many rows of the last layer, then of those in `shown`. It computes
    in the calling thread where `threads` is 1."""
    import onnxruntime

    made = _Encoder(weights, shape)
    layers = made.layers(begin, end)
    content = made.graph.model("rows", [layers[end - 1], *(layers[number] for number in shown)])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # The arena keeps the largest text it ever saw.
    options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def run(rows: Vector) -> Sequence[Vector]:
        return [found[0] for found in session.run(None, {"rows": rows[None]})]

    return run


class _Encoder:
    """Builds the graph."""

    def __init__(self, weights: Weights, shape: Shape) -> None:
        self._weights, self._shape = weights, shape
        self.graph = Graph(shape.size)

    def layers(self, begin: int, end: int) -> dict[int, str]:
        """Layer → its output."""
        graph, shape = self.graph, self._shape
        last, found = "rows", {}
        if begin == 0:
            last = graph.node("LayerNormalization", [last, *self._norm(0, "in")], "in", axis=-1, epsilon=shape.epsilon)
        for layer in range(begin, end):
            read = _Read.of(graph, last, shape.size, shape.loud)
            asked = [self._linear(read, layer, part) for part in "qkv"]
            heeded = graph.node("MultiHeadAttention", asked, f"{layer}.h", domain=MICROSOFT, num_heads=shape.heads)
            brought = self._linear(_Read.of(graph, heeded, shape.size), layer, "ao")
            last = self._sum(last, brought, layer, "aln")
            wide = self._linear(_Read.of(graph, last, shape.size, shape.loud), layer, "fi")
            bent = graph.node("Gelu", [wide], f"{layer}.bent", domain=MICROSOFT)
            narrow = self._linear(_Read.of(graph, bent, shape.inner, shape.loud_within.get(layer, ())), layer, "fo")
            found[layer] = last = self._sum(last, narrow, layer, "oln")
        return found

    def _linear(self, read: "_Read", layer: int, part: str) -> str:
        name = f"{layer}.{part}"
        weights, bias = self._weights.linear(layer, part)
        weights = np.array(weights, dtype=np.float32)
        loud = weights[:, list(read.loud)]
        weights[:, list(read.loud)] = 0
        scales = np.maximum(np.abs(weights).max(axis=1) / _LARGEST, 1e-12)
        whole = np.rint(weights / scales[:, None]).astype(np.int8)
        numbers = [
            self.graph.weight(f"{name}.w", whole.T),
            self.graph.weight(f"{name}.s", scales),
            "",  # zero is zero
            self.graph.weight(f"{name}.b", bias),
        ]
        found = self.graph.node("DynamicQuantizeMatMul", [read.quiet, *numbers], f"{name}.q", domain=MICROSOFT)
        if not read.loud:
            return found
        apart = self.graph.node("MatMul", [read.few, self.graph.weight(f"{name}.l", loud.T)], f"{name}.p")
        return self.graph.node("Add", [found, apart], f"{name}.y")

    def _sum(self, one: str, other: str, layer: int, part: str) -> str:
        inputs = [one, other, *self._norm(layer, part)]
        name, epsilon = f"{layer}.{part}", self._shape.epsilon
        return self.graph.node("SkipLayerNormalization", inputs, name, domain=MICROSOFT, epsilon=epsilon)

    def _norm(self, layer: int, part: str) -> list[str]:
        ends = zip("wb", self._weights.norm(layer, part), strict=True)
        return [self.graph.weight(f"{layer}.{part}.{end}", values) for end, values in ends]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Rows as a layer multiplies them: without the loud columns, and those alone."""

    quiet: str
    few: str
    loud: Sequence[int]

    @classmethod
    def of(cls, graph: Graph, source: str, width: int, loud: Sequence[int] = ()) -> "_Read":
        if not loud:
            return cls(quiet=source, few="", loud=())
        kept = np.ones(width, np.float32)
        kept[list(loud)] = 0
        places = graph.weight(f"{source}.loud", np.array(loud, np.int64))
        return cls(
            quiet=graph.node("Mul", [source, graph.weight(f"{source}.kept", kept)], f"{source}.quiet"),
            few=graph.node("Gather", [source, places], f"{source}.few", axis=2),
            loud=loud,
        )
