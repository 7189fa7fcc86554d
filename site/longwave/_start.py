"""When this process began, as nearly as a library can tell: the first thing that the package imports."""

import time

BEGAN = time.monotonic()
