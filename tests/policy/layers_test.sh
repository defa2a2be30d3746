#!/usr/bin/env bash
# Tests layers.sh: the sources as they are pass, and a copy with one line that breaks a rule does not.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
layers=$root/tests/policy/layers.sh
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failures=0

"$layers" "$root" || { echo 'FAILED: the sources break a rule'; failures=1; }

(cd "$root" && tar cf - shared wasm native-server tests/policy) | tar xf - -C "$copy"

# breaks FOLDER LINE: a file with this line in the folder is found out.
breaks() {
  local probe=$copy/$1/probe.cpp output
  printf '// Nothing here yet.\n%s\n' "$2" >"$probe"
  if output=$("$layers" "$copy") || [[ $output != *"$1/probe.cpp:2:"* ]]; then
    echo "FAILED: not found out in $1: $2"
    failures=1
  fi
  rm "$probe"
}

# passes FOLDER LINE: a file with this line in the folder is fine.
passes() {
  local probe=$copy/$1/probe.cpp
  printf '%s\n' "$2" >"$probe"
  "$layers" "$copy" || { echo "FAILED: refused in $1: $2"; failures=1; }
  rm "$probe"
}

breaks shared '#include <boost/asio.hpp>'
breaks shared '#include <unistd.h>'
breaks shared '#include "native-server/base/clock.h"'
breaks shared/keys '#include <iostream>'
breaks shared/keys '#  include <chrono>'
breaks shared/prefetch 'auto now = std::chrono::steady_clock::now();'
breaks shared/prefetch 'int dice = rand();'
breaks shared/paths 'static int counter = 0;'
breaks shared/paths 'thread_local int counter;'
breaks shared/manifest 'throw 5;'
breaks wasm '#include "native-server/store/store.h"'
breaks wasm '#include <sys/socket.h>'
breaks native-server/api '#include "wasm/manifest_handle.h"'
breaks native-server/services '#include "native-server/http/message/response.h"'
breaks native-server/services '#include "native-server/api/problem.h"'
breaks native-server/services 'return 404;'
breaks native-server/services 'response.status_code = code;'
breaks native-server/store '#include "native-server/services/statistics.h"'
breaks native-server/origin '#include "native-server/http/limits.h"'
breaks native-server/origin '#include "native-server/store/store.h"'
breaks native-server/store '#include "native-server/origin/downloader.h"'
breaks native-server/http '#include "native-server/store/store.h"'
breaks native-server/contents '#include "native-server/base/clock.h"'
breaks native-server/contents '#include <unistd.h>'
breaks native-server/workers '#include "native-server/store/store.h"'
breaks native-server/worker '#include "native-server/workers/worker_pool.h"'
breaks native-server/store '#include <vips/vips.h>'
breaks native-server/base '#include "native-server/http/limits.h"'
breaks native-server/api '#include "native-server/cli/options.h"'
breaks native-server/http '#include "../store/store.h"'

passes shared 'static constexpr int kLimit = 404;  // try to throw std::chrono at it'
passes shared '#include <unordered_map>'
passes native-server/worker '#include <vips/vips.h>'
passes native-server/services 'size += 4040;'

exit "$failures"
