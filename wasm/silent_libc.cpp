// Functions of the C and C++ libraries, without the formatted output behind them.
//
// Nobody reads what the module would print: nlohmann's parser composes the text of an error that
// the core discards, the C++ runtime its last word. With these in their place the linker leaves out
// printf's machinery, 4 kB (gzip) that every page would download. Whoever does want text from them
// must not get an empty one, in JSON for instance: it ends the module at once.
#include <cstddef>
#include <cstdlib>
#include <cstring>

extern "C" {

int snprintf(char* buffer, std::size_t size, const char* format, ...) {
  // How nlohmann's lexer quotes a control character in the error.
  if (std::strcmp(format, "<U+%.4X>") != 0 || size == 0) __builtin_trap();
  buffer[0] = '\0';
  return 0;
}

// sprintf, as the compiler calls it where no floating-point number is printed.
int siprintf(char* /*buffer*/, const char* /*format*/, ...) { __builtin_trap(); }

// The last word of libc++abi (a pure virtual call, std::terminate).
[[noreturn]] void abort_message(const char* /*format*/, ...) { std::abort(); }

}  // extern "C"
