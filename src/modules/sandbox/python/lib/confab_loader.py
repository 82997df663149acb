"""Loading of a source: compile once, execute freshly for each call."""

import itertools
import linecache
import sys
import traceback
import types

_LIB = __file__.rsplit("/", 1)[0]
_numbers = itertools.count(1)
_compiled = {}

NAMES = {"tools": ("Tools",), "function": ("Pipe", "Filter", "Action")}
KINDS = {"Tools": "tools", "Pipe": "pipe", "Filter": "filter", "Action": "action"}
MISSING = {"tools": "No Tools class found in the module", "function": "No Function class found in the module"}


class SourceProblem(Exception):
    """The source does not load."""

    def __init__(self, message, details="", failure="source"):
        super().__init__(message)
        self.details = details
        self.failure = failure


def details_of(error):
    """The traceback without the frames of this library."""
    found = traceback.TracebackException.from_exception(error)
    seen = set()

    def trim(item):
        if item is None or id(item) in seen:
            return
        seen.add(id(item))
        item.stack = traceback.StackSummary.from_list([f for f in item.stack if not f.filename.startswith(_LIB) and "/pyodide/" not in f.filename and "_pyodide/" not in f.filename])
        trim(item.__cause__)
        trim(item.__context__)

    trim(found)
    return "".join(found.format())[-20000:]


def message_of(error):
    """str(error), or its type when that is empty. For a missing package also what to do about it."""
    try:
        text = str(error)
    except Exception:
        text = ""
    name = getattr(error, "name", None)
    if isinstance(error, ModuleNotFoundError) and name and text == f"No module named {name!r}":
        return f"{text}: the sandbox does not have it. Name its package under `requirements` in the first lines of the source; its wheel has to be in the wheel directory of the server"
    return text or type(error).__name__


def compiled(code, filename):
    found = _compiled.get(code)
    if found is None:
        found = compile(code, filename, "exec", dont_inherit=True)
        _compiled[code] = found
    linecache.cache[filename] = (len(code), None, [line + "\n" for line in code.split("\n")], filename)
    return found


def _syntax(error):
    error.filename = "<string>"
    return SourceProblem(str(error), "".join(traceback.format_exception_only(error)))


def load(code, expects):
    """A fresh instance and its kind. @raises SourceProblem"""
    filename = "tool.py" if expects == "tools" else "function.py"
    try:
        program = compiled(code, filename)
    except SyntaxError as error:
        raise _syntax(error) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceProblem(message_of(error)) from None
    name = f"{'tool' if expects == 'tools' else 'function'}_{next(_numbers)}"
    module = types.ModuleType(name)
    module.__file__ = filename
    sys.modules[name] = module
    try:
        exec(program, module.__dict__)
        found = next((n for n in NAMES[expects] if hasattr(module, n)), None)
        if found is None:
            raise SourceProblem(MISSING[expects])
        return getattr(module, found)(), KINDS[found], module
    except SourceProblem:
        raise
    except MemoryError:
        raise
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        if isinstance(error, SyntaxError):
            raise _syntax(error) from None
        raise SourceProblem(message_of(error), details_of(error)) from None


def unload(module):
    sys.modules.pop(getattr(module, "__name__", ""), None)
