#!/bin/sh
# Sets the checkout up, then becomes one of its tools on the Node that comes with the project: no process stays in between.
# Usage: sh tools/run.sh [--as-is] <file below the checkout> [arguments]     --as-is: no set-up, for what must work at any time
cd "$(dirname "$0")/.." || exit
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
if [ "$1" = --as-is ]; then
  shift
else
  node tools/setup.mjs || exit
  # The first install brings a newer Node; the shell must not run the one that it remembers.
  hash -r
fi
exec node "$@"
