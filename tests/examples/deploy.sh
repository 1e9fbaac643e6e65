#!/bin/sh
# Before a deploy: sizes for the server as it is now, and deploys with these limits; stops where they do not hold.
#
#   DATABASE_URL=postgresql://... ./deploy.sh COMMAND...
#
# COMMAND gets every service's DATABASE_URL and limit as variables. They stay in pgsize.env, for its owner alone
# (0600), until the next deploy; one that is stopped leaves those of before.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 2; }

trap 'rm -f pgsize.env.new' EXIT
pgsize recommend --format table --format env=pgsize.env.new # 1: does not hold, 4: the server does not answer
mv pgsize.env.new pgsize.env

set -a
. ./pgsize.env
set +a
"$@"
