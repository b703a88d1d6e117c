#!/bin/sh
# The fault suite in a network namespace that has nothing but loopback. Without one (no `unshare`, or not allowed) the
# guard of tests/offline still fails any test that reaches out from Python, and this says so; in CI that is a failure.
set -eu
cd "$(dirname "$0")/../.."
test="${PYTHON:-.venv/bin/python} -m pytest $*"
browser=tests/faults/test_browser_faults.py # apart: beside kills and floods a page is drawn so slowly that clicks are lost
run="{ $test $browser || [ \$? = 5 ]; } && exec $test tests/faults --ignore=$browser -n ${WORKERS:-3} --dist loadfile"

if unshare -rn true 2>/dev/null; then
  exec unshare -rn sh -c "ip link set lo up && $run"
fi
echo "faults: NETWORK NOT SHUT: unshare -rn is not possible here; only Python's own sockets are guarded" >&2
if [ -n "${CI:-}" ]; then
  echo "faults: that is a failure where CI is set" >&2
  exit 1
fi
sh -c "$run"
