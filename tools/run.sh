#!/bin/sh
# Sets the checkout up, then becomes one of its tools on the Node that comes with the project: no process stays in between.
# Usage: sh tools/run.sh [--as-is] <file below the checkout> [arguments]     --as-is: no set-up, for what must work at any time
cd "$(dirname "$0")/.." || exit
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
set_up=yes
if [ "$1" = --as-is ]; then
  set_up=no
  shift
fi
# Whoever asks what a command does is answered before anything is installed.
for argument; do
  case $argument in
    --help | -h) node tools/help.mjs "$@" && exit ;;
  esac
done
if [ "$set_up" = yes ]; then
  node tools/setup.mjs || exit
  # The first install brings a newer Node; the shell must not run the one that it remembers.
  hash -r
fi
exec node "$@"
