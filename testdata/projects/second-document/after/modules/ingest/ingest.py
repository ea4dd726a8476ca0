"""Puts the list of tracks into the pipeline, again and again."""

import pathlib
import time

TRACKS = pathlib.Path(__file__).with_name("tracks.txt")
DRAFT = pathlib.Path("/tmp/tracks.txt")
LIST = pathlib.Path("/pipeline-data/in/tracks.txt")


def ingest():
    DRAFT.write_text(TRACKS.read_text())
    LIST.parent.mkdir(exist_ok=True)
    LIST.write_text(DRAFT.read_text())


while True:
    try:
        ingest()
    except OSError as error:
        print(f"failed: {error}")
    time.sleep(1)
