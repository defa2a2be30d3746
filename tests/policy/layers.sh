#!/usr/bin/env bash
# Checks that the layers of docs/architecture.md hold, by reading the sources: who includes whom, and what
# shared/ and the services keep away from. Prints each line that breaks a rule; exit code 1 if there is one.
# Usage: layers.sh [ROOT]
set -uo pipefail
cd "${1:-$(dirname "$0")/../..}" || exit 2

failures=0

# The C++ sources below the folders given as "FILE:LINE: text", without their // comments.
code() {
  find "$@" -type f \( -name '*.h' -o -name '*.cpp' \) -print0 | sort -z |
    xargs -0 awk '{ line = $0; sub(/\/\/.*/, "", line); print FILENAME ":" FNR ": " line }'
}

# report RULE LINES: counts a broken rule, if there are lines.
report() {
  [[ -z $2 ]] && return
  printf 'broken rule: %s\n%s\n\n' "$1" "$2"
  failures=$((failures + 1))
}

# forbid RULE EXTENDED_REGEX FOLDER...: no line of the folders matches.
forbid() {
  report "$1" "$(code "${@:3}" | grep -E "$2")"
}

# allow_includes RULE EXTENDED_REGEX FOLDER: every include in the folder matches.
allow_includes() {
  report "$1" "$(code "$3" | grep -E '^[^:]+:[0-9]+: *# *include' |
    grep -vE "^[^:]+:[0-9]+: *# *include *($2)")"
}

# A rule about a folder that is not there holds always and says nothing.
for folder in shared wasm native-server/{base,contents,console,http,api,services,origin,store,workers,worker}; do
  if [[ -z $(find "$folder" -name '*.h' 2>/dev/null) ]]; then
    echo "layers.sh: $folder has no headers; a rule needs its new place"
    exit 2
  fi
done

allow_includes 'shared/ includes itself, the standard library, nlohmann/json and tl::expected only' \
  '"shared/|<nlohmann/json\.hpp>|<tl/expected\.hpp>|<[a-z_]+>' shared
forbid 'shared/ has no I/O, threads, clock, random numbers or locale (headers)' \
  '# *include *<(iostream|fstream|sstream|istream|ostream|iosfwd|cstdio|filesystem|thread|mutex|shared_mutex|atomic|future|condition_variable|semaphore|stop_token|chrono|ctime|random|locale|clocale|cctype|csignal|cerrno)>' shared
forbid 'shared/ has no I/O, threads, clock, random numbers or locale (names)' \
  'std::(cout|cerr|clog|cin|thread|jthread|mutex|atomic|chrono|random_device|mt19937|rand|time|locale|getenv|tolower|toupper|isalpha|isdigit)\b|[^_[:alnum:]](printf|getenv|time|rand|srand|clock)\(' shared
forbid 'shared/ has no globals that change' '\bthread_local\b|^[^:]+:[0-9]+: (static|inline|extern) ([^c(]|c[^o])[^(]*[;=]' \
  shared
forbid 'shared/ throws nothing: the module is built without exceptions' '\b(throw|try|catch)\b' shared

forbid 'wasm/ does not include native-server/' '# *include *"native-server/' wasm
forbid 'native-server/ does not include wasm/ or Emscripten' '# *include *("wasm/|<emscripten)' \
  native-server
allow_includes 'wasm/ is bindings over shared/' '"(shared|wasm)/|<emscripten/|<[a-z_]+>' wasm

forbid 'services/ does not include http/, api/ or cli/' \
  '# *include *("native-server/(http|api|cli)/|<boost/beast)' native-server/services
forbid 'services/ knows no HTTP status' \
  'http::|HttpStatus|http_status|status_code|\bStatus::k|[^0-9:](200|202|304|400|401|403|404|405|413|415|416|421|500|503|507)[^0-9]' \
  native-server/services
forbid 'origin/ and store/ do not include services/, http/, api/ or cli/' \
  '# *include *("native-server/(services|http|api|cli)/|<boost/beast)' \
  native-server/origin native-server/store
forbid 'origin/ does not include store/' '# *include *"native-server/store/' native-server/origin
forbid 'store/ does not include origin/' '# *include *"native-server/origin/' native-server/store
forbid 'http/ knows bytes and headers, not the work' \
  '# *include *"native-server/(services|store|origin|console|api|cli)/' native-server/http
forbid 'base/ stands on nothing of ours' \
  '# *include *"native-server/(services|store|origin|http|api|cli)/' native-server/base
forbid 'workers/ starts processes and knows no work' \
  '# *include *"native-server/(services|store|origin|http|api|cli|worker)/' native-server/workers
forbid 'worker/ is a program of its own' \
  '# *include *"native-server/(services|store|origin|http|api|cli|contents)/|"native-server/workers/worker_(pool|process|program)' \
  native-server/worker
forbid 'only worker/ decodes pictures' '# *include *<(vips|jxl|jpeglib|png|webp|turbojpeg)' \
  native-server/{base,contents,http,api,services,origin,store,workers,cli} shared
allow_includes 'contents/ is pure: it includes itself and shared/' \
  '"(native-server/contents|shared)/|<tl/expected\.hpp>|<[a-z_]+>' native-server/contents
allow_includes 'console/ is files: it includes http/ only' \
  '"native-server/(console|http)/|<[a-z_]+>' native-server/console
forbid 'api/ does not include cli/' '# *include *"native-server/cli/' native-server/api
forbid 'includes are written from the root of the checkout' '# *include *"\.\.?/' \
  shared wasm native-server tests

exit $((failures > 0))
