"""Cookies of a session, by the rules of http.cookiejar."""

import copy
import http.cookiejar
from collections.abc import MutableMapping
from email.message import Message
from urllib.parse import urlsplit


class _Request:
    """What the jar reads of a request."""

    unverifiable = False
    is_unverifiable = lambda self: False  # noqa: E731

    def __init__(self, url):
        self.url = url
        self.headers = {}
        parts = urlsplit(url)
        self.type = parts.scheme
        self.host = self.origin_req_host = parts.hostname or ""

    def get_full_url(self):
        return self.url

    def get_host(self):
        return self.host

    def get_type(self):
        return self.type

    def get_origin_req_host(self):
        return self.host

    def has_header(self, name):
        return name in self.headers

    def get_header(self, name, default=None):
        return self.headers.get(name, default)

    def add_unredirected_header(self, name, value):
        self.headers[name] = value


class _Response:
    def __init__(self, headers):
        self.message = Message()
        for name, value in headers:
            self.message[name] = value

    def info(self):
        return self.message


class RequestsCookieJar(http.cookiejar.CookieJar, MutableMapping):
    def get(self, name, default=None, domain=None, path=None):
        try:
            return self._find(name, domain, path)
        except KeyError:
            return default

    def set(self, name, value, **options):
        if value is None:
            self._remove(name, options.get("domain"), options.get("path"))
            return None
        cookie = create_cookie(name, value, **options)
        self.set_cookie(cookie)
        return cookie

    def _matching(self, name, domain=None, path=None):
        return [c for c in iter_cookies(self) if c.name == name and (domain is None or c.domain == domain) and (path is None or c.path == path)]

    def _find(self, name, domain=None, path=None):
        found = self._matching(name, domain, path)
        if not found:
            raise KeyError(f"name={name!r}, domain={domain!r}, path={path!r}")
        return found[-1].value

    def _remove(self, name, domain=None, path=None):
        for cookie in self._matching(name, domain, path):
            self.clear(cookie.domain, cookie.path, cookie.name)

    def __getitem__(self, name):
        return self._find(name)

    def __setitem__(self, name, value):
        self.set(name, value)

    def __delitem__(self, name):
        if not self._matching(name):
            raise KeyError(name)
        self._remove(name)

    def __contains__(self, name):
        return bool(self._matching(name))

    def keys(self):
        return [c.name for c in iter_cookies(self)]

    def values(self):
        return [c.value for c in iter_cookies(self)]

    def items(self):
        return [(c.name, c.value) for c in iter_cookies(self)]

    def iterkeys(self):
        return iter(self.keys())

    def get_dict(self, domain=None, path=None):
        return {c.name: c.value for c in iter_cookies(self) if (domain is None or c.domain == domain) and (path is None or c.path == path)}

    def list_domains(self):
        return list({c.domain for c in iter_cookies(self)})

    def update(self, other):
        if isinstance(other, http.cookiejar.CookieJar):
            for cookie in http.cookiejar.CookieJar.__iter__(other):
                self.set_cookie(copy.copy(cookie))
        else:
            for name, value in dict(other).items():
                self[name] = value

    def copy(self):
        made = RequestsCookieJar()
        made.update(self)
        return made

    def get_policy(self):
        return self._policy

    def __bool__(self):
        return len(self) > 0


def iter_cookies(jar):
    return list(http.cookiejar.CookieJar.__iter__(jar))


def create_cookie(name, value, **options):
    domain = options.pop("domain", "")
    path = options.pop("path", "/")
    return http.cookiejar.Cookie(
        version=0,
        name=name,
        value=str(value),
        port=None,
        port_specified=False,
        domain=domain,
        domain_specified=bool(domain),
        domain_initial_dot=domain.startswith("."),
        path=path,
        path_specified=bool(path),
        secure=options.pop("secure", False),
        expires=options.pop("expires", None),
        discard=True,
        comment=None,
        comment_url=None,
        rest=options.pop("rest", {"HttpOnly": None}),
        rfc2109=False,
    )


def cookiejar_from_dict(cookies, cookiejar=None, overwrite=True):
    jar = cookiejar if cookiejar is not None else RequestsCookieJar()
    for name, value in (cookies or {}).items():
        if overwrite or name not in jar:
            jar.set_cookie(create_cookie(name, value))
    return jar


def merge_cookies(cookiejar, cookies):
    cookiejar.update(cookies)
    return cookiejar


def extract(jar, url, headers):
    """Takes the Set-Cookie lines of a response."""
    if any(k.lower() == "set-cookie" for k, _ in headers):
        jar.extract_cookies(_Response(headers), _Request(url))


class Trail:
    """Cookies along redirects: those of responses go into the session's jar as well."""

    def __init__(self, jar, *others):
        self.jar = jar
        self.jars = (jar, *others)

    def take(self, url, headers):
        for jar in self.jars:
            extract(jar, url, headers)

    def header(self, url):
        return header_for(self.jar, url)


def header_for(jar, url):
    request = _Request(url)
    jar.add_cookie_header(request)
    found = request.headers.get("Cookie")
    own = [f"{c.name}={c.value}" for c in iter_cookies(jar) if not c.domain]
    return "; ".join([*([found] if found else []), *own]) or None
