from urllib3.util.retry import Retry

DEFAULT_POOLSIZE = 10
DEFAULT_RETRIES = 0


class BaseAdapter:
    pass


class HTTPAdapter(BaseAdapter):
    """Carries the retries; pools are the server's."""

    def __init__(self, pool_connections=10, pool_maxsize=10, max_retries=0, pool_block=False):
        self.max_retries = max_retries if isinstance(max_retries, Retry) else Retry(max_retries or 0, read=False)

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        from .sessions import Session

        return Session()._once(request, timeout, False, stream)

    def init_poolmanager(self, *args, **kwargs):
        pass

    def close(self):
        pass
