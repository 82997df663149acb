from urllib.parse import quote, unquote, urlparse  # noqa: F401

from .cookies import cookiejar_from_dict  # noqa: F401
from .models import encoding_of as get_encoding_from_headers  # noqa: F401
from .sessions import default_headers  # noqa: F401


def dict_from_cookiejar(jar):
    return jar.get_dict()


def requote_uri(uri):
    return quote(uri, safe="!#$%&'()*+,/:;=?@[]~")


def default_user_agent(name="python-requests"):
    return f"{name}/2.32.5"


def get_environ_proxies(url, no_proxy=None):
    return {}
