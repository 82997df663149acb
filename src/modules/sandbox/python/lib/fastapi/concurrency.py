from starlette.concurrency import run_in_threadpool  # noqa: F401
