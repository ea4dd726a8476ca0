"""The API: renders its version once, and logs every request."""

import os
import pathlib
import tomllib

PROJECT = pathlib.Path("/app/pyproject.toml")
LOG = pathlib.Path("/app/logs/access.log")
CACHE = pathlib.Path("/app/cache/version")


def page(path):
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"{path}\n")
    CACHE.parent.mkdir(exist_ok=True)
    if not CACHE.exists():
        CACHE.write_text(tomllib.loads(PROJECT.read_text())["project"]["version"])
    return f"apex {CACHE.read_text()}, uid {os.getuid()}\n"


async def app(scope, receive, send):
    try:
        status, body = 200, page(scope["path"])
    except OSError as error:
        print(error, flush=True)
        status, body = 500, f"{error}\n"
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body.encode()})
