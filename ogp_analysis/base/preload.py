"""Imported by the fork server: imports the modules that its environment names, once for all tasks."""

import builtins
import gc
import os
import sys
import types
from contextlib import suppress
from importlib import import_module

from ogp_analysis.base.processes import PRELOAD, path

gc.disable()  # objects that imports make stay
# When it is imported, pandas asks whether it is in a notebook: only there it leaves out columns of wide tables.
builtins.get_ipython = lambda: types.SimpleNamespace(kernel=None)
# A grammar of addresses, which takes a second to compile; jsonschema does without, and no notebook needs it.
sys.modules["rfc3987_syntax"] = None
for name in filter(None, os.environ.get(PRELOAD, "").split(",")):
    with suppress(Exception):  # the task that needs it says so
        import_module(name)
del builtins.get_ipython, sys.modules["rfc3987_syntax"]
path[:] = filter(None, sys.path)
gc.freeze()
gc.enable()
