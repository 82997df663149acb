"""Stand-in for what tools and functions import of the server.

Helpers that work on values behave as in Open WebUI. The database and the configuration of the server are out of reach:
what would need them raises an error that says so.
"""

import importlib.abc
import sys

__version__ = "0.6.41"


class _Absent(importlib.abc.MetaPathFinder):
    """A clear text for modules of the server that have no stand-in."""

    def find_spec(self, name, path=None, target=None):
        if name.startswith("open_webui."):
            raise ModuleNotFoundError(f"No module named '{name}': it is a part of the server that tools and functions cannot reach", name=name)
        return None


sys.meta_path.append(_Absent())
