#!/bin/sh
# Writes a dump of the database and an archive of the uploaded files into FOLDER, then marks in the database how far the
# dump reaches: from then on devices let go of what they kept in case the server loses it. Run it beside docker-compose.yml:
#   deploy/backup/take-backup.sh FOLDER 'COMMAND THAT COPIES "$1" AWAY AND FAILS IF IT CANNOT'
set -eu
folder=$1
carry=$2
stamp=$(date -u +%Y%m%dT%H%M%SZ)
here=$(dirname "$0")
mkdir -p "$folder"

ask() { docker compose exec -T postgres psql -U postgres -d sampark --no-psqlrc -qAt -v ON_ERROR_STOP=1 "$@"; }

# Asked before the dump: every change below this position is in it.
position=$(ask <"$here/reached-position.sql")
docker compose exec -T postgres pg_dump -U postgres -d sampark --format=custom >"$folder/$stamp.dump.part"
docker compose exec -T postgres pg_restore --list <"$folder/$stamp.dump.part" >/dev/null
docker compose exec -T worker tar -C /data --exclude=./uploads -cf - . >"$folder/$stamp.files.tar.part"
for kind in dump files.tar; do mv "$folder/$stamp.$kind.part" "$folder/$stamp.$kind"; done

# Only what has left this machine counts as safe.
for kind in dump files.tar; do sh -c "$carry" carry "$folder/$stamp.$kind"; done
ask -v position="$position" <"$here/mark-position.sql"
echo "Backup $stamp is away and marked at position $position."
