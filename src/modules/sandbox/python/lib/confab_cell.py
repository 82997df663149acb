"""Code as in a notebook cell: output, the value of the last expression, pictures."""

import ast
import asyncio
import base64
import builtins
import contextlib
import inspect
import io
import linecache
import os
import sys
import traceback

import confab_host as host
from confab_loader import details_of

_NAME = "<cell>"


class Output:
    """A text stream that ends the run when it has taken too much."""

    encoding = "utf-8"
    errors = "replace"
    closed = False

    def __init__(self, budget):
        self.parts = []
        self.budget = budget

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.budget[0] -= len(text)
        if self.budget[0] < 0:
            host.call_sync("exceeded", "output")
            raise MemoryError("Too much output")
        self.parts.append(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False

    def fileno(self):
        raise OSError("no file descriptor")

    def text(self):
        return "".join(self.parts)


def _no_input(prompt=""):
    raise RuntimeError("input() is not available here: there is no terminal to read from")


def _split(code):
    """The statements, and the last expression if there is one."""
    tree = ast.parse(code, _NAME)
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
        return tree, last
    return tree, None


async def _run(program, names):
    found = eval(program, names)
    if inspect.iscoroutine(found):
        found = await found
    return found


def _flags():
    return ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


async def _execute(code, names):
    tree, last = _split(code)
    flags = _flags()
    await _run(compile(tree, _NAME, "exec", flags=flags, dont_inherit=True), names)
    if last is None:
        return None
    return await _run(compile(last, _NAME, "eval", flags=flags, dont_inherit=True), names)


def pictures():
    """Open figures as data URLs, if matplotlib was imported."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    found = []
    for number in pyplot.get_fignums():
        data = io.BytesIO()
        pyplot.figure(number).savefig(data, format="png", bbox_inches="tight")
        found.append("data:image/png;base64," + base64.b64encode(data.getvalue()).decode())
    pyplot.close("all")
    return found


def shown(value):
    """A value as the notebook shows it; PNG pictures as data URLs."""
    if value is None:
        return ""
    png = getattr(value, "_repr_png_", None)
    if callable(png) and not isinstance(value, type):
        data = png()
        if data:
            return "data:image/png;base64," + (data if isinstance(data, str) else base64.b64encode(data).decode())
    return repr(value)


_PLACE = "/cell"
_MAX_FILES, _MAX_BYTES = 20, 5_000_000


def _listed():
    found = {}
    for folder, _, names in os.walk(_PLACE):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                found[os.path.relpath(path, _PLACE)] = path
    return found


def new_files(before):
    """Files that the cell has written, whole ones within the limits."""
    found, left = [], _MAX_BYTES
    for name, path in sorted(_listed().items()):
        if name in before or len(found) == _MAX_FILES:
            continue
        size = os.path.getsize(path)
        if size > left:
            continue
        left -= size
        with open(path, "rb") as file:
            found.append({"name": name.replace(os.sep, "/"), "content": base64.b64encode(file.read()).decode()})
    return found


def _namespace(results):
    def display(*values, **_):
        results.extend(text for text in (shown(value) for value in values) if text)

    module = type(sys)("__main__")
    module.__dict__.update(__builtins__=builtins, display=display)
    sys.modules["__main__"] = module
    return module.__dict__


async def run_cell(code, limit):
    budget = [limit]
    out, err = Output(budget), Output(budget)
    results = []
    names = _namespace(results)
    os.makedirs(_PLACE, exist_ok=True)
    os.chdir(_PLACE)
    before = _listed()
    kept, builtins.input = builtins.input, _no_input
    linecache.cache[_NAME] = (len(code), None, [line + "\n" for line in code.split("\n")], _NAME)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                value = await _execute(code, names)
                results.extend(text for text in (shown(value), *pictures()) if text)
            except asyncio.CancelledError:
                raise
            except SystemExit as error:
                if error.code not in (None, 0):
                    err.write(f"SystemExit: {error.code}\n")
            except BaseException as error:
                text = "".join(traceback.format_exception_only(error)) if isinstance(error, SyntaxError) and error.filename == _NAME else details_of(error)
                err.write(text)
    finally:
        builtins.input = kept
    result = "\n".join(results)
    if len(result) > max(limit, 0):
        host.call_sync("exceeded", "output")
        result = result[:limit]
    outcome = {"stdout": out.text(), "stderr": err.text(), "result": result}
    files = new_files(before)
    return {**outcome, "files": files} if files else outcome
