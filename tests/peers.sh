#!/bin/sh
# What the tests talk to: real mail servers, a real database, a real browser. Debian, as root.
set -eu
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    dovecot-imapd dovecot-lmtpd dovecot-submissiond opensmtpd postgresql chromium fonts-dejavu-core >/dev/null
# The packages start services of their own; the tests start theirs on free ports.
for service in dovecot opensmtpd postgresql; do service "$service" stop >/dev/null 2>&1 || true; done
