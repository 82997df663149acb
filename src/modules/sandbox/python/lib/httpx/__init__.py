"""Stand-in for httpx: Client, AsyncClient and the functions, over the HTTP client of the server."""

from http import HTTPStatus as codes  # noqa: F401

from ._client import (  # noqa: F401
    AsyncBaseTransport,
    AsyncClient,
    AsyncHTTPTransport,
    Auth,
    BaseTransport,
    BasicAuth,
    Client,
    DigestAuth,
    HTTPTransport,
    Limits,
    Timeout,
)
from ._exceptions import *  # noqa: F403
from ._models import URL, Cookies, Headers, QueryParams, Request, Response  # noqa: F401

__version__ = "0.28.1"
_CLIENT = ("auth", "cookies", "follow_redirects", "timeout", "verify", "proxy", "trust_env", "cert", "proxies", "mounts")


def request(method, url, *, cookies=None, follow_redirects=False, timeout=5.0, auth=None, verify=True, proxy=None, trust_env=True, cert=None, **options):
    with Client(cookies=cookies, follow_redirects=follow_redirects, timeout=timeout, auth=auth) as client:
        return client.request(method, url, **options)


def _verb(name):
    def call(url, **options):
        return request(name, url, **options)

    call.__name__ = name.lower()
    return call


get, options, head, post, put, patch, delete = (_verb(n) for n in ("GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE"))


def stream(method, url, *, cookies=None, follow_redirects=False, timeout=5.0, auth=None, verify=True, proxy=None, trust_env=True, cert=None, **options):
    return Client(cookies=cookies, follow_redirects=follow_redirects, timeout=timeout, auth=auth).stream(method, url, **options)
