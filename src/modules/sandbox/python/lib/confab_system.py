"""What differs from a computer: sleeping, threads, processes, sockets, time zones, output."""

import asyncio
import builtins
import concurrent.futures
import io
import json
import logging
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import zoneinfo

import confab_host as host

_NO_THREADS = "Threads are not available here: use async functions, or concurrent.futures.ThreadPoolExecutor, which runs its tasks in place"
_NO_PROCESSES = "Processes cannot be started here"
_NO_SOCKETS = "Sockets are not available here: use requests, httpx, aiohttp or urllib"
_LOG_BUDGET = 200_000


class LogStream(io.TextIOBase):
    """print() of tools goes to the log of the server, in lines."""

    encoding = "utf-8"

    def __init__(self, level):
        self.level = level
        self.rest = ""
        self.left = _LOG_BUDGET

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.left > 0:
            self.left -= len(text)
            *lines, self.rest = (self.rest + text).split("\n")
            for line in lines:
                host.log(self.level, line)
            if len(self.rest) > 8000:
                self.flush()
        return len(text)

    def flush(self):
        if self.rest:
            line, self.rest = self.rest, ""
            host.log(self.level, line)

    def renew(self):
        self.flush()
        self.left = _LOG_BUDGET


class LogHandler(logging.Handler):
    def emit(self, record):
        try:
            host.log(record.levelname.lower(), self.format(record))
        except Exception:
            pass


def _sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    try:
        host.plain("sleepSync", float(seconds))
    except host.Detached:
        _plain_sleep(seconds)


_plain_sleep = time.sleep


class InlineExecutor(concurrent.futures.Executor):
    """An executor without threads: tasks run when they are submitted, one after the other."""

    def __init__(self, max_workers=None, *args, **kwargs):
        self._closed = False

    def submit(self, fn, /, *args, **kwargs):
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = concurrent.futures.Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future

    def map(self, fn, *iterables, timeout=None, chunksize=1):
        futures = [self.submit(fn, *args) for args in zip(*iterables)]
        return (future.result() for future in futures)

    def shutdown(self, wait=True, *, cancel_futures=False):
        self._closed = True


async def _to_thread(func, /, *args, **kwargs):
    await asyncio.sleep(0)
    return func(*args, **kwargs)


def _refuse(kind, text):
    def refuse(*args, **kwargs):
        raise kind(text)

    return refuse


class _Process:
    def __init__(self, *args, **kwargs):
        raise OSError(_NO_PROCESSES)


def install():
    """Replaces what cannot work by what can, or by a clear error."""
    time.sleep = _sleep
    threading.Thread.start = _refuse(RuntimeError, _NO_THREADS)
    concurrent.futures.ThreadPoolExecutor = InlineExecutor
    concurrent.futures.ProcessPoolExecutor = InlineExecutor
    asyncio.to_thread = _to_thread
    asyncio.threads.to_thread = _to_thread
    subprocess.Popen = _Process
    os.system = os.popen = os.fork = os.execv = os.execve = os.spawnv = _refuse(OSError, _NO_PROCESSES)
    asyncio.create_subprocess_exec = asyncio.create_subprocess_shell = _refuse(OSError, _NO_PROCESSES)
    socket.create_connection = _refuse(OSError, _NO_SOCKETS)
    socket.socket.connect = _refuse(OSError, _NO_SOCKETS)
    socket.getaddrinfo = socket.gethostbyname = _refuse(socket.gaierror, _NO_SOCKETS)
    builtins.input = _refuse(RuntimeError, "input() is not available here: use __event_call__ with an event of type 'input'")
    zoneinfo._common.load_tzdata = load_zone
    zoneinfo.available_timezones = lambda: set(json.loads(host.plain("zones")))


def attach():
    """Output of the process goes to the log once there is a host."""
    sys.stdout, sys.stderr = LogStream("info"), LogStream("error")
    root = logging.getLogger()
    if not any(isinstance(h, LogHandler) for h in root.handlers):
        handler = LogHandler()
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        root.addHandler(handler)
    root.setLevel(logging.INFO)


def flush():
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, LogStream):
            stream.renew()


def load_zone(key):
    """A zone as TZif file, made from the transitions that the runner computes."""
    try:
        found = json.loads(host.plain("zone", key))
    except (host.Detached, AttributeError):
        found = None
    if found is None:
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
    return io.BytesIO(tzif(found["first"], found["changes"]))


def tzif(first, changes):
    """Version 2 of the format: times of 64 bits, one type per offset and name."""
    kinds, names = [], b""
    places = {}

    def index(offset, name, summer):
        nonlocal names
        kind = (offset, name, summer)
        if kind not in kinds:
            kinds.append(kind)
            if name not in places:
                places[name] = len(names)
                names += name.encode() + b"\0"
        return kinds.index(kind)

    usual = _standard(first, changes)
    index(first[0], first[1], 0)
    rows = [(at, index(offset, name, int(usual(at) is not None and offset > usual(at)))) for at, offset, name in changes]
    head = b"TZif2" + b"\0" * 15
    empty = head + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lBB", 0, 0, 0) + b"UTC\0"
    body = struct.pack(">6l", 0, 0, 0, len(rows), len(kinds), len(names))
    body += b"".join(struct.pack(">q", at) for at, _ in rows) + bytes(i for _, i in rows)
    body += b"".join(struct.pack(">lBB", offset, summer, places[name]) for offset, name, summer in kinds) + names
    return empty + head + body + b"\n\n"


def _standard(first, changes):
    """The lower offset of the year around a time: what is above it is summer time."""

    def usual(at):
        near = [offset for when, offset, _ in changes if abs(when - at) < 300 * 86400]
        return min(near) if near else None

    return usual
