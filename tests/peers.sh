#!/bin/sh
# What the tests talk to: real mail servers, a real database, a real browser, stand-ins for platforms. Debian, as root.
set -eu
cd "$(dirname "$0")"
apt-get update -qq
# Small images leave /usr/share/doc out; gammu-smsd's tables stand there.
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o 'DPkg::Options::=--path-include=/usr/share/doc/gammu-smsd/*' \
    dovecot-imapd dovecot-lmtpd dovecot-submissiond opensmtpd postgresql chromium chromium-headless-shell fonts-dejavu-core \
    gammu-smsd libdbd-sqlite3 clamav-daemon >/dev/null
command -v npm >/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
(cd peers && npm ci --ignore-scripts --no-audit --no-fund --omit=dev --loglevel=error)
