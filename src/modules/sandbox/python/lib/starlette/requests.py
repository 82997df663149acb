"""`Request`: what tools read of `__request__`."""

import json

from .datastructures import URL, Address, Headers, QueryParams, State


class HTTPConnection:
    def __init__(self, scope, receive=None):
        self.scope = scope

    @property
    def app(self):
        from open_webui._app import app

        return self.scope.get("app") or app

    def __getitem__(self, key):
        return self.scope[key]

    @property
    def headers(self):
        return Headers(raw=self.scope.get("headers", []))

    @property
    def query_params(self):
        return QueryParams(self.scope.get("query_string", b""))

    @property
    def path_params(self):
        return self.scope.get("path_params", {})

    @property
    def cookies(self):
        from http.cookies import SimpleCookie

        return {k: v.value for k, v in SimpleCookie(self.headers.get("cookie", "")).items()}

    @property
    def client(self):
        return Address(*self.scope["client"]) if self.scope.get("client") else None

    @property
    def url(self):
        return URL(f"{self.scope.get('scheme', 'http')}://localhost{self.scope.get('path', '/')}")

    @property
    def base_url(self):
        return URL("http://localhost/")

    @property
    def state(self):
        self.scope.setdefault("state", {})
        if not isinstance(self.scope["state"], State):
            self.scope["state"] = State(self.scope["state"])
        return self.scope["state"]

    @property
    def user(self):
        return self.scope.get("user")


class Request(HTTPConnection):
    @property
    def method(self):
        return self.scope.get("method", "GET")

    async def body(self):
        return self.scope.get("body", b"")

    async def json(self):
        return json.loads(await self.body() or b"null")

    async def is_disconnected(self):
        return False
