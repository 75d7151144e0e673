#!/bin/sh
# Brings up what the tests run against and Go does not bring: a real PostgreSQL server (only its programs: the tests start
# and stop their own servers) and a real Chromium. Does nothing where both are present. Debian-like systems.
set -eu

missing=""
if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	missing="$missing postgresql"
fi
if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
	missing="$missing chromium fonts-liberation fonts-noto-cjk"
fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "the tests need:$missing; install them and run again (apt-get was not found)" >&2
	exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "the tests need:$missing; run as root: apt-get install$missing" >&2
		exit 1
	fi
	sudo="sudo"
fi
echo "installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
