#!/bin/sh
# What the tests talk to: real mail servers, a real database, a real browser. Debian, as root.
set -eu
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    dovecot-imapd dovecot-lmtpd dovecot-submissiond opensmtpd postgresql chromium fonts-dejavu-core >/dev/null
