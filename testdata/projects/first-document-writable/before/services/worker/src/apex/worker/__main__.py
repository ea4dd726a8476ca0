"""The worker: results go to /tmp, a checkpoint that outlives a round to /var/tmp."""

import json
import pathlib
import time

JOBS = pathlib.Path(__file__).with_name("jobs.json")
RESULTS = pathlib.Path("/tmp/results")
CHECKPOINT = pathlib.Path("/var/tmp/checkpoint")


def work(number):
    RESULTS.mkdir(exist_ok=True)
    for job in json.loads(JOBS.read_text()):
        (RESULTS / job).write_text(f"round {number}\n")
    CHECKPOINT.write_text(f"{number}\n")


def main():
    number = 0
    while True:
        number += 1
        try:
            work(number)
            print(f"round {number} done")
        except OSError as error:
            print(f"round {number} failed: {error}")
        time.sleep(1)


main()
