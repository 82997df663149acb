import hashlib
import os
import re
from urllib.parse import urlsplit

from confab_http import basic


class AuthBase:
    def __call__(self, r):
        raise NotImplementedError("Auth hooks must be callable.")


class HTTPBasicAuth(AuthBase):
    def __init__(self, username, password):
        self.username = username
        self.password = password

    def __eq__(self, other):
        return (self.username, self.password) == (getattr(other, "username", None), getattr(other, "password", None))

    def __call__(self, r):
        r.headers["Authorization"] = basic(self.username, self.password)
        return r


class HTTPProxyAuth(HTTPBasicAuth):
    def __call__(self, r):
        r.headers["Proxy-Authorization"] = basic(self.username, self.password)
        return r


class HTTPDigestAuth(AuthBase):
    """MD5 and SHA-256, after the challenge of the first response."""

    def __init__(self, username, password):
        self.username = username
        self.password = password
        self.count = 0

    def __call__(self, r):
        r.digest = self
        return r

    def header(self, method, url, challenge):
        found = dict((k, v1 or v2) for k, v1, v2 in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge))
        algorithm = found.get("algorithm", "MD5").upper()
        make = hashlib.sha256 if algorithm.startswith("SHA-256") else hashlib.md5

        def digest(text):
            return make(text.encode()).hexdigest()

        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.count += 1
        count, client = f"{self.count:08x}", os.urandom(8).hex()
        first = digest(f"{self.username}:{found.get('realm', '')}:{self.password}")
        if algorithm.endswith("-SESS"):
            first = digest(f"{first}:{found.get('nonce', '')}:{client}")
        second = digest(f"{method}:{path}")
        quality = "auth" if "auth" in found.get("qop", "").split(",") or found.get("qop") == "auth" else None
        middle = f"{count}:{client}:auth:" if quality else ""
        response = digest(f"{first}:{found.get('nonce', '')}:{middle}{second}")
        text = f'username="{self.username}", realm="{found.get("realm", "")}", nonce="{found.get("nonce", "")}", uri="{path}", response="{response}"'
        if "opaque" in found:
            text += f', opaque="{found["opaque"]}"'
        if "algorithm" in found:
            text += f', algorithm="{found["algorithm"]}"'
        if quality:
            text += f', qop="auth", nc={count}, cnonce="{client}"'
        return f"Digest {text}"


_basic_auth_str = basic
