#!/bin/bash
# Greets everybody once a second; gives up where a file cannot be read or written.
set -euo pipefail
trap 'exit 0' TERM
source /etc/greeter/greeting.conf
while true; do
  while read -r name; do echo "$GREETING, $name"; done </app/names.txt >/tmp/greetings
  cp /tmp/greetings /app/greetings
  sleep 1 &
  wait $!
done
