"""Session: settings and cookies for several requests."""

import confab_http as wire

from . import exceptions as errors
from .auth import HTTPBasicAuth
from .cookies import RequestsCookieJar, Trail, cookiejar_from_dict
from .models import PreparedRequest, Request, Response
from .structures import CaseInsensitiveDict

DEFAULT_REDIRECT_LIMIT = 30


def default_headers():
    return CaseInsensitiveDict({"User-Agent": "python-requests/2.32.5", "Accept-Encoding": wire.ACCEPT, "Accept": "*/*", "Connection": "keep-alive"})


def seconds(timeout):
    """One limit from requests' number or pair."""
    if isinstance(timeout, tuple):
        if len(timeout) != 2:
            raise ValueError(f"Invalid timeout {timeout}. Pass a (connect, read) timeout tuple, or a single float to set both timeouts to the same value.")
        numbers = [t for t in timeout if t is not None]
        return sum(numbers) if numbers else None
    total = getattr(timeout, "total", None)
    return total if total is not None else timeout if isinstance(timeout, (int, float)) else None


def translated(error, request):
    """The exception of requests for a refusal of the server."""
    failure, text = error.failure, str(error)
    kinds = {"timeout": errors.ReadTimeout, "redirects": errors.TooManyRedirects, "tls": errors.SSLError, "request": errors.InvalidURL, "protocol": errors.ChunkedEncodingError}
    return kinds.get(failure, errors.ConnectionError)(text, request=request)


class Session:
    def __init__(self):
        self.headers = default_headers()
        self.auth = None
        self.proxies = {}
        self.hooks = {"response": []}
        self.params = {}
        self.stream = False
        self.verify = True
        self.cert = None
        self.max_redirects = DEFAULT_REDIRECT_LIMIT
        self.trust_env = True
        self.cookies = cookiejar_from_dict({})
        self.adapters = {}

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def prepare_request(self, request):
        cookies = RequestsCookieJar()
        cookies.update(self.cookies)
        if request.cookies:
            cookies.update(request.cookies)
        headers = CaseInsensitiveDict(self.headers)
        headers.update(request.headers or {})
        params = {**dict(self.params or {}), **request.params} if isinstance(request.params, dict) else request.params or self.params
        made = PreparedRequest()
        made.prepare(request.method, request.url, headers, request.files, request.data, params, request.auth or self.auth, cookies, request.hooks, request.json)
        return made

    def request(self, method, url, params=None, data=None, headers=None, cookies=None, files=None, auth=None, timeout=None, allow_redirects=True, proxies=None, hooks=None, stream=None, verify=None, cert=None, json=None):
        request = Request(method, url, headers, files, data, params, auth, cookies, hooks, json)
        prepared = self.prepare_request(request)
        return self.send(prepared, timeout=timeout, allow_redirects=allow_redirects, stream=self.stream if stream is None else stream)

    def send(self, request, timeout=None, allow_redirects=True, stream=False, **_):
        response = self._retried(request, timeout, allow_redirects, stream)
        if response.status_code == 401 and request.digest is not None:
            challenge = response.headers.get("www-authenticate", "")
            if challenge.lower().startswith("digest"):
                request = request.copy()
                request.headers["Authorization"] = request.digest.header(request.method, request.url, challenge)
                response = self._once(request, timeout, allow_redirects, stream)
        hooks = [*_hooks(self.hooks), *_hooks(request.hooks)]
        for hook in hooks:
            response = hook(response) or response
        return response

    def _retried(self, request, timeout, allow_redirects, stream):
        """With the retries of a mounted HTTPAdapter."""
        retries = self.get_adapter(request.url).max_retries
        return retries.run(request.method, lambda: self._once(request, timeout, allow_redirects, stream), lambda r: r.headers.get("Retry-After"))

    def _once(self, request, timeout, allow_redirects, stream):
        pairs = [(k, v.decode("latin-1") if isinstance(v, bytes) else v) for k, v in request.headers.items() if k.lower() not in ("content-length", "connection", "host")]
        try:
            trail = Trail(request._cookies.copy(), self.cookies)
            reply = wire.send_sync(request.method, request.url, pairs, wire.to_bytes(request.body), seconds(timeout), allow_redirects, stream, self.max_redirects, trail)
        except wire.HostError as error:
            raise translated(error, request) from None
        response = Response.of(reply, request)
        response.history = [Response.of(past, request) for past in reply.history]
        return response

    def get(self, url, **kwargs):
        return self.request("GET", url, **kwargs)

    def options(self, url, **kwargs):
        return self.request("OPTIONS", url, **kwargs)

    def head(self, url, **kwargs):
        kwargs.setdefault("allow_redirects", False)
        return self.request("HEAD", url, **kwargs)

    def post(self, url, data=None, json=None, **kwargs):
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url, data=None, **kwargs):
        return self.request("PUT", url, data=data, **kwargs)

    def patch(self, url, data=None, **kwargs):
        return self.request("PATCH", url, data=data, **kwargs)

    def delete(self, url, **kwargs):
        return self.request("DELETE", url, **kwargs)

    def mount(self, prefix, adapter):
        self.adapters[prefix] = adapter

    def get_adapter(self, url):
        from .adapters import HTTPAdapter

        fitting = [p for p in self.adapters if url.lower().startswith(p.lower())]
        return self.adapters[max(fitting, key=len)] if fitting else HTTPAdapter()

    def merge_environment_settings(self, url, proxies, stream, verify, cert):
        return {"proxies": proxies, "stream": stream, "verify": verify, "cert": cert}

    def close(self):
        pass


def _hooks(hooks):
    found = (hooks or {}).get("response") or []
    return [found] if callable(found) else found


def session():
    return Session()


_ = HTTPBasicAuth
