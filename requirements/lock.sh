#!/bin/sh
# Write the hashed locks anew. No registry host is written into them: whoever installs says where from.
set -eu
uv=$1
cd "$(dirname "$0")/.."
compile() { "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate "$@" >/dev/null; }
compile --extra demo pyproject.toml --output-file requirements/runtime.txt
compile --extra demo --extra test pyproject.toml --output-file requirements/test.txt
compile requirements/bootstrap.in --output-file requirements/bootstrap.txt
