import logging

log = logging.getLogger("open_webui")
