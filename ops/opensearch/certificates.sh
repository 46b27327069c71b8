#!/bin/sh
# Makes an authority and a certificate for every node of compose.yaml, below ./certificates. Keep authority-key.pem elsewhere afterwards.
set -eu
cd "$(dirname "$0")"
mkdir -p certificates
cd certificates
umask 077
[ -f authority.pem ] || openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/O=bangfu/CN=authority" -keyout authority-key.pem -out authority.pem
for name in node1 node2 node3 admin; do
    [ -f "$name.pem" ] && continue
    openssl req -newkey rsa:3072 -nodes -subj "/O=bangfu/CN=$name" -keyout "$name-key.pem" -out "$name.csr"
    printf 'subjectAltName=DNS:%s,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n' "$name" > "$name.ext"
    openssl x509 -req -in "$name.csr" -CA authority.pem -CAkey authority-key.pem -CAcreateserial -days 825 -extfile "$name.ext" -out "$name.pem"
    rm "$name.csr" "$name.ext"
done
# The nodes run as user 1000 in their containers.
chmod 644 authority.pem node?.pem
if [ "$(id -u)" = 0 ]; then chown 1000 node?-key.pem; fi
