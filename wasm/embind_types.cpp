// The types that cross the border, told to Embind, in place of its own list.
//
// Embind's registers every kind of number, string and array there is, and with each comes the
// JavaScript that converts it: 0.5 kB of the module and 1 kB of its glue (gzip) that every page
// would download. A binding with a type that is not here fails when the module is made, in every
// test.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <cstring>
#include <limits>
#include <string>

namespace {

template <typename Number>
void RegisterInteger(const char* name) {
  using Limits = std::numeric_limits<Number>;
  emscripten::internal::_embind_register_integer(emscripten::internal::TypeID<Number>::get(), name,
                                                 sizeof(Number), Limits::min(), Limits::max());
}

}  // namespace

extern "C" {

// How Embind names a type in an error. The caller frees it.
EMSCRIPTEN_KEEPALIVE const char* __getTypeName(const std::type_info* /*type*/) {
  return strdup("type");
}

// As in Embind's bind.cpp: a constructor, before the bindings are used.
EMSCRIPTEN_KEEPALIVE __attribute__((constructor)) void
__embind_register_native_and_builtin_types() {
  using emscripten::internal::TypeID;
  using namespace emscripten::internal;
  _embind_register_void(TypeID<void>::get(), "void");
  _embind_register_bool(TypeID<bool>::get(), "bool", sizeof(bool), true, false);
  RegisterInteger<int>("int");
  RegisterInteger<unsigned int>("unsigned int");
  RegisterInteger<unsigned long>("unsigned long");
  _embind_register_float(TypeID<double>::get(), "double", sizeof(double));
  _embind_register_std_string(TypeID<std::string>::get(), "std::string");
  _embind_register_emval(TypeID<emscripten::val>::get(), "emscripten::val");
}

}  // extern "C"
