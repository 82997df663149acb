"""Stand-in for urllib3: PoolManager.request and what is imported beside requests."""

import json as _json

import confab_http as wire

from . import exceptions, util  # noqa: F401
from .util import Retry, Timeout  # noqa: F401

__version__ = "2.5.0"


class HTTPResponse:
    def __init__(self, reply):
        from requests.structures import CaseInsensitiveDict

        self._reply = reply
        self.status = reply.status
        self.reason = reply.reason
        self.headers = CaseInsensitiveDict(reply.headers)
        self._rest = None if reply.stream is not None else reply.body

    @property
    def data(self):
        if self._rest is None:
            self._rest = b"".join(self._reply.chunks())
        return self._rest

    def read(self, amt=None, **_):
        found = self.data if amt is None else self.data[:amt]
        self._rest = self.data[len(found) :]
        return found

    def stream(self, amt=65536, **_):
        return iter([self.data]) if self._reply.stream is None else self._reply.chunks()

    def json(self):
        return _json.loads(self.data)

    def getheader(self, name, default=None):
        return self.headers.get(name, default)

    def release_conn(self):
        self._reply.close()

    close = release_conn


class PoolManager:
    def __init__(self, num_pools=10, headers=None, **options):
        self.headers = dict(headers or {})

    def request(self, method, url, body=None, fields=None, headers=None, json=None, timeout=None, redirect=True, preload_content=True, retries=None, **_):
        found = dict(self.headers, **(headers or {}))
        if json is not None:
            body = _json.dumps(json).encode()
            found.setdefault("Content-Type", "application/json")
        elif fields:
            if method.upper() in ("GET", "HEAD", "DELETE"):
                url += ("&" if "?" in url else "?") + wire.form(fields)
            else:
                body, kind = wire.multipart({k: v for k, v in dict(fields).items() if not isinstance(v, tuple)}, {k: v for k, v in dict(fields).items() if isinstance(v, tuple)})
                found["Content-Type"] = kind
        seconds = getattr(timeout, "total", timeout)
        try:
            return HTTPResponse(wire.send_sync(method, url, found.items(), wire.to_bytes(body), seconds, redirect, not preload_content))
        except wire.HostError as error:
            if error.failure in wire.TIMEOUTS:
                raise exceptions.ReadTimeoutError(str(error)) from None
            raise exceptions.MaxRetryError(None, url, error) from None

    def clear(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


class ProxyManager(PoolManager):
    def __init__(self, proxy_url=None, **options):
        super().__init__(**options)


def request(method, url, **options):
    return PoolManager().request(method, url, **options)


def disable_warnings(category=None):
    pass
