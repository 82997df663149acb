"""`__request__`: what tools read of the request, without anything of the server."""


def make_request(data, user):
    from starlette.requests import Request

    data = data if isinstance(data, dict) else {}
    headers = data.get("headers") or {}
    scope = {
        "type": "http",
        "method": data.get("method", "POST"),
        "path": data.get("path", "/api/chat/completions"),
        "query_string": (data.get("query") or "").encode(),
        "headers": [(k.lower().encode("latin-1", "replace"), str(v).encode("latin-1", "replace")) for k, v in headers.items()],
        "client": ("", 0),
        "server": ("", 0),
        "scheme": "http",
        "state": {"user": user, "token": None, "metadata": {}},
    }
    return Request(scope)
