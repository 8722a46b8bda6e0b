#!/usr/bin/env bash
# Writes the lock files of the servers anew, from package.json and requirements.in. Needs npm and uv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# Without `resolved`, a lock names versions and hashes and leaves it to each machine where they come from.
(cd pds && rm -f package-lock.json && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund)
for server in mastodon_mock datasette; do
  uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
    --custom-compile-command tests/real/lock.sh "$server/requirements.in" -o "$server/requirements.txt"
done
