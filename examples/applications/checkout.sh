#!/bin/sh
# An application in any language: it reads plain files, and reads them again when it gets SIGHUP. Started by
#
#   enclosure join production --out /run/checkout --exec 'sh examples/applications/checkout.sh' --signal HUP
#
# which keeps $ENCLOSURE_DIRECTORY (/run/checkout/current) at one whole revision.

tell() {
  # The directory of one revision: a change in the middle of reading switches the link, not what is behind it.
  directory=$(readlink -f "$ENCLOSURE_DIRECTORY")
  echo "checkout: $1, $(grep timeoutMs "$directory/services/checkout.yaml")"
}

trap 'tell "reads its files again"' HUP
trap 'kill "$waiting" 2>/dev/null; exit 0' TERM INT
tell 'begins'
while :; do
  sleep 3600 &
  waiting=$!
  # A signal ends the wait, and its trap runs.
  wait "$waiting"
  kill "$waiting" 2>/dev/null
done
