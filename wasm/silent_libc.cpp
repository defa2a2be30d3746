// Functions of the C and C++ libraries, without the formatted output behind them.
//
// Nobody reads what the module would print: nlohmann's parser composes the text of an error that
// the core discards, Embind the number of a type without a name, the C++ runtime its last word.
// With these in their place the linker leaves out printf's machinery, 4 kB (gzip) that every page
// would download.
#include <cstddef>
#include <cstdlib>

extern "C" {

int snprintf(char* buffer, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) buffer[0] = '\0';
  return 0;
}

// sprintf, as the compiler calls it where no floating-point number is printed.
int siprintf(char* buffer, const char* /*format*/, ...) {
  buffer[0] = '\0';
  return 0;
}

// The last word of libc++abi (a pure virtual call, std::terminate).
[[noreturn]] void abort_message(const char* /*format*/, ...) { std::abort(); }

}  // extern "C"
