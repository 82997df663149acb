"""Stand-in for requests: the same interface, over the HTTP client of the server.

Certificates, proxies and connection pools are the server's: `verify`, `cert` and `proxies` are accepted and have no effect.
"""

from . import adapters, auth, cookies, exceptions, models, sessions, structures, utils  # noqa: F401
from .api import delete, get, head, options, patch, post, put, request
from .exceptions import (
    ConnectionError,
    ConnectTimeout,
    HTTPError,
    JSONDecodeError,
    ReadTimeout,
    RequestException,
    Timeout,
    TooManyRedirects,
    URLRequired,
)
from .models import PreparedRequest, Request, Response
from .sessions import Session, session
from .status_codes import codes

__version__ = "2.32.5"
__all__ = ["delete", "get", "head", "options", "patch", "post", "put", "request", "ConnectionError", "ConnectTimeout", "HTTPError", "JSONDecodeError", "ReadTimeout", "RequestException", "Timeout", "TooManyRedirects", "URLRequired", "PreparedRequest", "Request", "Response", "Session", "session", "codes"]


class packages:
    import urllib3
