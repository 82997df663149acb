from .retry import Retry  # noqa: F401


class Timeout:
    def __init__(self, total=None, connect=None, read=None):
        self.total = total if total is not None else sum(t for t in (connect, read) if t) or None


def parse_url(url):
    from urllib.parse import urlsplit

    return urlsplit(url)


def make_headers(keep_alive=None, accept_encoding=None, user_agent=None, basic_auth=None, **_):
    from confab_http import basic

    found = {}
    if user_agent:
        found["user-agent"] = user_agent
    if basic_auth:
        found["authorization"] = basic(*basic_auth.split(":", 1))
    return found
