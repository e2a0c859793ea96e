"""Run one side of one measurement: ``python -m measuring.sessions CONTENDER serve|drive TASK``."""

import importlib
import sys

from measuring.sessions.task import Task

contender, side, text = sys.argv[1:]
getattr(importlib.import_module(f"measuring.sessions.{contender}"), side)(Task.read(text))
