"""The API: says which version it is, and that it can write its scratch files."""

import os
import pathlib
import tempfile
import tomllib

PROJECT = pathlib.Path("/app/pyproject.toml")


def health():
    """Reads what the image brought and writes a scratch file."""
    version = tomllib.loads(PROJECT.read_text())["project"]["version"]
    with tempfile.NamedTemporaryFile("w", dir=os.environ["APEX_SCRATCH"]) as scratch:
        scratch.write(version)
    return f"apex {version}, uid {os.getuid()}, home {os.path.expanduser('~')}\n"


async def app(scope, receive, send):
    try:
        status, body = 200, health()
    except OSError as error:
        print(error, flush=True)
        status, body = 500, f"{error}\n"
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body.encode()})
