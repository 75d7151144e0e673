#!/bin/sh
# with-postgres.sh COMMAND ... runs a command with the URL of a new PostgreSQL server as its last argument: default settings, every commit on the
# disk of the folder TMPDIR. The server and what it holds go when the command ends.
set -eu

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ]; then
	programs=$(dirname "$(readlink -f "$(command -v initdb)")")
fi
dir=$(mktemp -d)
as=""
if [ "$(id -u)" -eq 0 ]; then # PostgreSQL refuses to run as root
	chown postgres "$dir"
	as="runuser -u postgres --"
fi
cd "$dir"
stop() {
	$as "$programs/pg_ctl" -D "$dir/data" -m fast stop >/dev/null 2>&1 || true
	cd / && rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM
$as "$programs/initdb" -D "$dir/data" -U postgres -E UTF8 --no-locale --auth=trust >/dev/null
$as "$programs/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-k '$dir' -c listen_addresses=" start >/dev/null
cd "$OLDPWD"
"$@" "postgres:///postgres?host=$dir&user=postgres"
