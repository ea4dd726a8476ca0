#!/bin/sh
# Packs the results, format by format; a log of it is in the work directory.
pack() {
  echo "$PACKED_BY" >/tmp/packed &&
    cat formats.txt >>/tmp/packed &&
    cp /tmp/packed /out/packed.txt &&
    echo "$LOG_LEVEL: packed" >packed.log
}

while :; do
  pack || echo "failed"
  sleep 1
done
