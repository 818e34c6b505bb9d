"""What several ports speak of."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Now = Callable[[], datetime]
