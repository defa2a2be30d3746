// For callgrind alone: Debian 12's valgrind does not know openat2(2), without which the server does
// not start.
//
// Loaded with LD_PRELOAD, it answers that one call by openat(2), whose checks are fewer; every
// other call that goes through syscall(2) is handed on. Nothing of it is ever part of the server.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdarg>

extern "C" long syscall(long number, ...) noexcept {
  std::array<long, 6> given;
  va_list list;
  va_start(list, number);
  for (long& argument : given) argument = va_arg(list, long);
  va_end(list);
  if (number == SYS_openat2) {
    const auto* path = reinterpret_cast<const char*>(given[1]);
    const auto* how = reinterpret_cast<const open_how*>(given[2]);
    return openat(static_cast<int>(given[0]), path, static_cast<int>(how->flags), how->mode);
  }
  using Syscall = long (*)(long, ...);
  static const auto real = reinterpret_cast<Syscall>(dlsym(RTLD_NEXT, "syscall"));
  return real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}
