async def run_in_threadpool(func, *args, **kwargs):
    """There are no threads: runs in place."""
    return func(*args, **kwargs)
