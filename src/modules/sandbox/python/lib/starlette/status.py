import http

for _item in http.HTTPStatus:
    globals()[f"HTTP_{_item.value}_{_item.name}"] = _item.value
