import http

from .structures import LookupDict

codes = LookupDict(name="status_codes")
for _item in http.HTTPStatus:
    for _name in {_item.name, _item.name.lower(), _item.phrase.lower().replace(" ", "_").replace("-", "_").replace("'", "")}:
        setattr(codes, _name, _item.value)
for _name, _code in {"ok": 200, "okay": 200, "all_ok": 200, "created": 201, "moved": 301, "found": 302, "see_other": 303, "bad": 400, "forbidden": 403, "timeout": 408, "server_error": 500, "internal_server_error": 500, "unavailable": 503, "too_many": 429, "too_many_requests": 429}.items():
    setattr(codes, _name, _code)
