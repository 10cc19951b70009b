#!/bin/sh
# The main job by curl alone: send a sales file, check and take it, decide an exception, calculate
# the period, post it, fetch a statement. Needs BASE, CLIENT_ID, CLIENT_SECRET, FILE and PERIOD; the
# client's scopes are those listed in docs/api.md.
set -eu
: "${BASE:?such as https://media.example}" "${CLIENT_ID:?}" "${CLIENT_SECRET:?}"
: "${FILE:?the sales file}" "${PERIOD:?such as 2026-Q1}"
API="$BASE/api/v1"
OUT=$(mktemp -d)
trap 'rm -rf "$OUT"' EXIT

# Everything is JSON on one line: the first text under a name is enough here.
text() { grep -o "\"$1\": *\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
new_key() { cat /proc/sys/kernel/random/uuid; }

TOKEN=$(curl --fail-with-body -sS -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials \
  "$API/oauth/token" | text access_token)

# Reads, and deeds. A deed may be repeated with its key after a lost connection: it is done once.
read_from() { curl --fail-with-body -sS -H "Authorization: Bearer $TOKEN" "$API/$1"; }
deed() {
  curl --fail-with-body -sS --retry 3 -X POST -H "Authorization: Bearer $TOKEN" \
    -H "Idempotency-Key: $(new_key)" -H "Content-Type: application/json" \
    ${3:+-H "If-Match: $3"} -d "${2:-}" "$API/$1"
}
tag_of() { # the ETag of a thing, which a deed on it sends as If-Match: what was seen is what is meant
  curl --fail-with-body -sS -D - -o /dev/null -H "Authorization: Bearer $TOKEN" "$API/$1" |
    tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p'
}
deed_on() { # a deed on a thing: its address, the deed, what is sent
  deed "$1/$2" "${3:-}" "$(tag_of "$1")"
}
wait_for() { # a job, to its end
  while :; do
    state=$(read_from "jobs/$1" | text state)
    case $state in
      done) return 0 ;;
      failed | cancelled) echo "job $1: $state" >&2; read_from "jobs/$1" >&2; return 1 ;;
    esac
    sleep 1
  done
}

# 1. The file goes up; its check and its taking are jobs.
SALES=$(curl --fail-with-body -sS -H "Authorization: Bearer $TOKEN" \
  -H "Idempotency-Key: $(new_key)" -F "file=@$FILE" -F "period=$PERIOD" "$API/sales-files" | text id)
wait_for "$(deed "sales-files/$SALES/validate" | text job)"
wait_for "$(deed_on "sales-files/$SALES" commit | text job)"
echo "taken: $SALES"

# 2. The exception with the most money is the work that is most like it.
EXCEPTION=$(read_from "exceptions?limit=1" | text key || true)
if [ -n "$EXCEPTION" ]; then
  WORK=$(read_from "exceptions/$EXCEPTION" | text work)
  deed_on "exceptions/$EXCEPTION" decide \
    "{\"work\": \"$WORK\", \"reason\": \"Most like it\"}" >/dev/null
  echo "decided: $EXCEPTION is $WORK"
fi

# 3. The period is calculated by a job, then posted.
deed runs "{\"period\": \"$PERIOD\"}" >"$OUT/run"
RUN=$(text run <"$OUT/run")
wait_for "$(text job <"$OUT/run")"
deed_on "runs/$RUN" post >/dev/null
echo "posted: $RUN"

# 4. Its statements, and the first one as a file.
read_from "statements?run=$RUN&sort=-payable" >"$OUT/statements"
STATEMENT=$(text id <"$OUT/statements")
echo "statement: $(text number <"$OUT/statements") pays $(text payable <"$OUT/statements")"
read_from "statements/$STATEMENT/files/csv"
