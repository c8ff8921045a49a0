"""Отклик: the working place of a network of citizen-feedback centres."""

import os

# Small matrices are multiplied faster by one thread: several wait for each other, and each worker is a process anyway.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
