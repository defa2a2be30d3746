#!/usr/bin/env bash
# Reads back from the built server what toolchains/hardening.cmake asks for, and finds a program without it out.
# Usage: hardening_test.sh PROGRAM C++-COMPILER
# -fstack-clash-protection and the guards of control flow leave no mark that readelf could tell.
set -uo pipefail
program=$1
compiler=$2
export LC_ALL=C
failures=0

# weaknesses PROGRAM: the names of what is missing, one a line.
weaknesses() {
  local header segments dynamic imports
  header=$(readelf -hW "$1") segments=$(readelf -lW "$1")
  dynamic=$(readelf -dW "$1") imports=$(readelf --dyn-syms -W "$1")
  grep -q 'Type: *DYN' <<<"$header" && grep -q 'FLAGS_1.*PIE' <<<"$dynamic" || echo 'position-independent'
  grep -q 'GNU_RELRO' <<<"$segments" || echo 'relocations read-only'
  grep -q 'FLAGS_1.*NOW' <<<"$dynamic" || echo 'bound at start'
  grep -q 'GNU_STACK.* RW  ' <<<"$segments" || echo 'stack not executable'
  ! grep -q 'LOAD.* RWE ' <<<"$segments" || echo 'no segment writable and executable'
  # With separate code the first segment, which holds the headers and symbols, is data.
  grep -m 1 'LOAD' <<<"$segments" | grep -q ' R   ' || echo 'code apart from data'
  grep -q ' UND __stack_chk_fail' <<<"$imports" || echo 'stack protector'
  grep -qE ' UND __(mem|str|v?s?n?printf|read|pread|recv|realpath|f?gets)[a-z0-9]*_chk' <<<"$imports" || echo 'fortified functions'
}

found=$(weaknesses "$program")
if [ -n "$found" ]; then
  printf 'FAILED: %s is without: %s\n' "$program" "${found//$'\n'/, }"
  failures=1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'int main() {}\n' >"$folder/weak.cpp"
"$compiler" -o "$folder/weak" "$folder/weak.cpp" -no-pie -fno-stack-protector \
  -Wl,-z,norelro,-z,lazy,-z,execstack,-z,noseparate-code,--no-warn-execstack || exit 1
expected='position-independent
relocations read-only
bound at start
stack not executable
code apart from data
stack protector
fortified functions'
found=$(weaknesses "$folder/weak" | grep -v '^no segment')
if [ "$found" != "$expected" ]; then
  printf 'FAILED: in a program without any hardening only this is missed:\n%s\n' "$found"
  failures=1
fi
exit "$failures"
