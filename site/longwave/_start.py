"""The start of this process, on the monotonic clock in seconds; the package imports this module before any other."""

import time

BEGAN = time.monotonic()
