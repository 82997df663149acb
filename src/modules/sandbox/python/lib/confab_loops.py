"""`asyncio.run` inside a call: a loop in the running loop, whose waiting blocks."""

import asyncio
import time



class _Selector:
    """There is nothing to select: waits for the next timer."""

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("This event loop has nothing left to wait for: a future was awaited that belongs to another loop")
        if timeout > 0:
            time.sleep(timeout)
        return []

    def close(self):
        pass


class BlockingLoop(asyncio.BaseEventLoop):
    """Runs coroutines to their end; requests of stand-ins block while it runs."""

    confab_blocking = True

    def __init__(self):
        super().__init__()
        self._selector = _Selector()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, func, *args):
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def run_forever(self):
        outer = asyncio._get_running_loop()
        task = asyncio.current_task(outer) if outer is not None else None
        if task is not None:
            asyncio.tasks._leave_task(outer, task)
        asyncio._set_running_loop(None)
        try:
            super().run_forever()
        finally:
            asyncio._set_running_loop(outer)
            if task is not None:
                asyncio.tasks._enter_task(outer, task)

    def _check_running(self):
        if self.is_running():
            raise RuntimeError("This event loop is already running")

    async def shutdown_default_executor(self, timeout=None):
        pass

    def add_signal_handler(self, sig, callback, *args):
        pass


def run(main, *, debug=None, loop_factory=None):
    """`asyncio.run`, also below a running loop."""
    if not asyncio.iscoroutine(main):
        if not hasattr(main, "__await__"):
            raise ValueError("a coroutine was expected, got {!r}".format(main))

        async def wait():
            return await main

        main = wait()
    loop = BlockingLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        try:
            _cancel_all(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


def _cancel_all(loop):
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    if pending:
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))


_current = []


def new_event_loop():
    return BlockingLoop()


def get_event_loop():
    """The running loop; outside of one a loop that can run coroutines."""
    running = asyncio._get_running_loop()
    if running is not None:
        return running
    if not _current or _current[0].is_closed():
        _current[:] = [BlockingLoop()]
    return _current[0]


def set_event_loop(loop):
    _current[:] = [loop] if loop is not None else []


def install():
    asyncio.run = asyncio.runners.run = run
    asyncio.new_event_loop = asyncio.events.new_event_loop = new_event_loop
    asyncio.set_event_loop = asyncio.events.set_event_loop = set_event_loop


def runs_here(method):
    """`run_until_complete` of the outer loop, which cannot be run again: a nested loop does it."""

    def run_until_complete(self, future):
        return run(future)

    return run_until_complete


def patch_outer(loop):
    """Community code calls `asyncio.get_event_loop().run_until_complete(...)` below the running loop."""
    kind = type(loop)
    if not getattr(kind, "confab_patched", False) and not getattr(loop, "confab_blocking", False):
        kind.run_until_complete = runs_here(kind.run_until_complete)
        kind.confab_patched = True
