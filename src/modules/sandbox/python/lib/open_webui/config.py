import os

from open_webui.env import DATA_DIR, VERSION, WEBUI_NAME  # noqa: F401

UPLOAD_DIR = f"{DATA_DIR}/uploads"
CACHE_DIR = f"{DATA_DIR}/cache"
STATIC_DIR = f"{DATA_DIR}/static"
WEBUI_URL = ""
for _folder in (UPLOAD_DIR, CACHE_DIR):
    os.makedirs(_folder, exist_ok=True)


def __getattr__(name):
    raise AttributeError(f"The setting {name} of the server is not available to tools and functions")
