// Licences as SPDX names them, and which of them may be in what is shipped.

/** What Debian calls them (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/) → SPDX. */
const spdxOfDebian: Record<string, string> = {
  'Apache-2.0': 'Apache-2.0',
  'BSD-3-clause': 'BSD-3-Clause',
  'BSD-3-Clause': 'BSD-3-Clause',
  'BSD-3-clause or GPL-2': 'BSD-3-Clause OR GPL-2.0-only',
  'BSD-4-clause': 'BSD-4-Clause',
  'BSL-1.0': 'BSL-1.0',
  BSD3: 'BSD-3-Clause',
  'CC0-1.0': 'CC0-1.0',
  curl: 'curl',
  Expat: 'MIT',
  'GPL-2+ or LGPL-3+': 'LGPL-3.0-or-later OR GPL-2.0-or-later',
  'LGPL-3+ or GPL-2+': 'LGPL-3.0-or-later OR GPL-2.0-or-later',
  MIT: 'MIT',
  'OpenLDAP-2.8': 'OLDAP-2.8',
  Zlib: 'Zlib',
};

/** By source package, without the version that is in some names (gcc-12): where the file is not machine-readable, or its first licence is not that of the library. */
const spdxOfSource: Record<string, string> = {
  e2fsprogs: 'MIT', // lib/et only, under the older form of MIT's licence
  emscripten: '(MIT OR NCSA) AND Apache-2.0 WITH LLVM-exception', // its C and C++ libraries: musl, libc++
  fmtlib: 'MIT',
  gcc: 'GPL-3.0-or-later WITH GCC-exception-3.1',
  'glib2.0': 'LGPL-2.1-or-later',
  glibc: 'LGPL-2.1-or-later',
  gnutls28: 'LGPL-2.1-or-later',
  'jpeg-xl': 'BSD-3-Clause',
  keyutils: 'LGPL-2.0-or-later', // the library; its tools are GPL
  krb5: 'MIT',
  libidn2: 'LGPL-3.0-or-later OR GPL-2.0-or-later', // the library; its tool is GPL
  libseccomp: 'LGPL-2.1-only',
  libtasn1: 'LGPL-2.1-or-later',
  linux: 'GPL-2.0-only WITH Linux-syscall-note',
  'llvm-toolchain': 'Apache-2.0 WITH LLVM-exception',
  rtmpdump: 'LGPL-2.1-or-later',
  sqlite3: 'blessing', // SQLite is in the public domain and says so with a blessing
  vips: 'LGPL-2.1-or-later',
};

/** Each asks at most for a notice, or is of a library that is linked dynamically and can be exchanged. */
const allowed = new Set([
  ...Object.values(spdxOfDebian),
  ...Object.values(spdxOfSource),
  'ISC',
  'BSD-2-Clause',
]);

/** The licence of a Debian package, as SPDX names it: that of `Files: *` in its copyright file. */
export function debianLicence(source: string, name: string, copyright: string): string {
  const known = spdxOfSource[source.replace(/-\d+$/, '')];
  if (known) return known;
  const stanza = copyright.split(/\n\s*\n/).find((text) => /^Files:\s*\*/m.test(text));
  const said = stanza?.match(/^License:\s*(.+)$/m)?.[1]?.trim() ?? 'none';
  return spdxOfDebian[said] ?? `LicenseRef-unknown-${name}-${said.replaceAll(/[^\w.-]+/g, '-')}`;
}

/** "name: licence" of each package whose licence is not one that may be shipped. */
export function unknownLicences(packages: { name: string; licenseDeclared: string }[]): string[] {
  return packages
    .filter(({ licenseDeclared }) => !allowed.has(licenseDeclared))
    .map(({ name, licenseDeclared }) => `${name}: ${licenseDeclared}`);
}
