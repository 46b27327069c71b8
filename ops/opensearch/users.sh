#!/bin/sh
# Makes the users reader and builder with the roles of roles.json. PASSWORD_OF_ADMIN, PASSWORD_OF_READER, PASSWORD_OF_BUILDER; URL defaults
# to the first node of compose.yaml.
set -eu
cd "$(dirname "$0")"
URL=${URL:-https://localhost:9200}
call() { # path: JSON on standard input, and no password in the list of processes
    printf 'user = "admin:%s"\n' "$PASSWORD_OF_ADMIN" |
        curl -fsS --config /dev/fd/3 --cacert certificates/authority.pem -X PUT -H 'Content-Type: application/json' --data-binary @"$2" "$URL/_plugins/_security/api/$1" 3<&0
    echo
}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
for name in reader builder; do
    case $name in reader) secret=$PASSWORD_OF_READER ;; builder) secret=$PASSWORD_OF_BUILDER ;; esac
    python3 -c 'import json, sys; print(json.dumps(json.load(open("roles.json"))[sys.argv[1]]))' "$name" > "$folder/role"
    SECRET=$secret python3 -c 'import json, os; print(json.dumps({"password": os.environ["SECRET"]}))' > "$folder/user"
    printf '{"users": ["%s"]}' "$name" > "$folder/mapping"
    call "roles/$name" "$folder/role"
    call "internalusers/$name" "$folder/user"
    call "rolesmapping/$name" "$folder/mapping"
done
