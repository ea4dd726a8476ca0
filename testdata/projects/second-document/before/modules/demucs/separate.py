"""Separates tracks into stems with a model that is kept in the cache of torch."""

import os
import pathlib
import time

from stems import STEMS

MODEL = os.environ["MODEL"]
CACHE = pathlib.Path("~/.cache/torch/hub/checkpoints").expanduser()
DATA = pathlib.Path("/pipeline-data")


def load():
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / f"{MODEL}.th").write_text("weights\n")


def separate():
    stems = DATA / "stems"
    stems.mkdir(exist_ok=True)
    for stem in STEMS:
        (stems / f"{stem}.txt").write_text(MODEL + "\n")


while True:
    try:
        load()
        separate()
    except OSError as error:
        print(f"failed: {error}")
    time.sleep(1)
