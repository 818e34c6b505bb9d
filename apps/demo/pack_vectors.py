"""Makes anew the vectors of the demo's own texts, that no first start encodes: `python -m apps.demo.pack_vectors`.

To be done after an article, a ticket, a macro or an intent of the demo's company was changed, or the encoder was."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from apps.bootstrap import pack_caches
from apps.demo.environment import VECTORS
from apps.demo.launch import start_demo
from apps.processes import free_port


def main() -> None:
    with TemporaryDirectory() as folder:
        nothing = Path(folder, "nothing.npz")
        # Workers have learned the intents once they are up: what they encoded for that lies in the caches too.
        with start_demo(
            Path(folder), web_port=free_port(None, 0), sandbox_port=free_port(None, 0), vectors=nothing
        ) as running:
            running.container.tend()
            count = pack_caches(Path(folder, "state"), VECTORS)
    click.echo(f"{count} vectors in {VECTORS}, {VECTORS.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
