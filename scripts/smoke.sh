#!/usr/bin/env bash
# The two commands of the README on a copy of this checkout in a directory with spaces: as an ordinary user and as root,
# twice, after a kill -9, in a second data directory. Needs nothing but Node and npm.
set -euo pipefail

source_dir=$(cd "$(dirname "$0")/.." && pwd)
# Not below the home of root, which an ordinary user could not enter.
work=$(mktemp -d /tmp/confab-smoke.XXXXXX)
copy="$work/a copy of confab"
log="$work/server.log"
export PORT=${SMOKE_PORT:-18980} HOST=127.0.0.1 HOME="$work/home" npm_config_cache="${npm_config_cache:-$work/npm}"
unset DATABASE_URL REDIS_URL WEBUI_SECRET_KEY DATA_DIR NODE_ENV

ordinary=()
[ "$(id -u)" -eq 0 ] && ordinary=(setpriv --reuid=65534 --regid=65534 --clear-groups --)

started=
cleanup() {
  kill -9 "$(server_pid)" 2>/dev/null || true
  # An embedded database that outlived its server.
  find "$work" -name postmaster.pid -exec sh -c 'kill -INT "$(head -n 1 "$1")" 2>/dev/null' _ {} \; || true
  sleep 1
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  echo "smoke: $1" >&2
  sed 's/^/  | /' "$log" >&2 || true
  exit 1
}

# start NAME [COMMAND PREFIX...]: npm start until it answers.
start() {
  local name=$1 begin end
  shift
  begin=$(date +%s%N)
  (cd "$copy" && exec "$@" npm start) >"$log" 2>&1 &
  started=$!
  for _ in $(seq 1 1800); do
    if curl -fsS "http://127.0.0.1:$PORT/ready" >/dev/null 2>&1; then
      end=$(date +%s%N)
      echo "smoke: $name: ready after $(((end - begin) / 1000000)) ms"
      return
    fi
    kill -0 "$started" 2>/dev/null || fail "$name: ended"
    sleep 0.1
  done
  fail "$name: not ready after 180 s"
}

# The server itself: npm and a shell stand between it and the job.
server_pid() {
  local pid
  for pid in $(pgrep -f 'dist/src/main\.js'); do
    if [ "$(readlink "/proc/$pid/cwd")" = "$copy" ] && [[ "$(readlink "/proc/$pid/exe")" == */node ]]; then
      echo "$pid"
      return
    fi
  done
}

stop() {
  kill -TERM "$(server_pid)"
  wait "$started" || fail "$1: ended with code $?"
  started=
}

kill_hard() {
  kill -9 "$(server_pid)"
  wait "$started" 2>/dev/null || true
  started=
}

echo "smoke: Node $(node --version)"
mkdir -p "$copy" "$HOME" "$npm_config_cache"
(cd "$source_dir" && git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create) |
  tar --extract --directory "$copy"
[ ${#ordinary[@]} -gt 0 ] && chown -R 65534:65534 "$work"

(cd "$copy" && "${ordinary[@]}" npm ci --prefer-offline --no-audit --no-fund >"$log" 2>&1) || fail 'npm ci'
start 'ordinary user, first start (with the build)' "${ordinary[@]}" env
stop 'first start'
start 'ordinary user, second start' "${ordinary[@]}" env
kill_hard
start 'ordinary user, after kill -9' "${ordinary[@]}" env
stop 'after kill -9'

if [ "$(id -u)" -eq 0 ]; then
  start 'root, first start' env DATA_DIR="$work/data of root"
  kill_hard
  start 'root, after kill -9' env DATA_DIR="$work/data of root"
  stop 'root'
fi
echo 'smoke: ok'
