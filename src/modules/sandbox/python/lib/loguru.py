"""Stand-in for loguru: messages go to logging."""

import logging

_LEVELS = {"trace": 5, "debug": 10, "info": 20, "success": 25, "warning": 30, "error": 40, "critical": 50}


class _Logger:
    def __init__(self, extra=None):
        self._extra = extra or {}
        self._log = logging.getLogger("loguru")

    def _write(self, level, message, args, kwargs, exception=False):
        text = str(message)
        if args or kwargs:
            try:
                text = text.format(*args, **kwargs)
            except (IndexError, KeyError, ValueError):
                pass
        self._log.log(level, "%s", text, exc_info=exception)

    def log(self, level, message, *args, **kwargs):
        number = level if isinstance(level, int) else _LEVELS.get(str(level).lower(), 20)
        self._write(number, message, args, kwargs)

    def exception(self, message, *args, **kwargs):
        self._write(40, message, args, kwargs, True)

    def bind(self, **extra):
        return _Logger({**self._extra, **extra})

    def opt(self, *args, **kwargs):
        return self

    def add(self, *args, **kwargs):
        return 1

    def remove(self, *args, **kwargs):
        pass

    configure = level = disable = enable = patch = add

    def catch(self, *args, **kwargs):
        def decorate(function):
            return function

        return args[0] if args and callable(args[0]) else decorate

    def contextualize(self, **extra):
        import contextlib

        return contextlib.nullcontext()


def _method(level):
    def write(self, message, *args, **kwargs):
        self._write(level, message, args, kwargs)

    return write


for _name, _level in _LEVELS.items():
    setattr(_Logger, _name, _method(_level))
logger = _Logger()
