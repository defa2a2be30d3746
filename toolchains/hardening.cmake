# What the native server is compiled and linked with so that a memory fault ends the process instead of
# becoming an attacker's. tests/policy/hardening_test.sh reads it back from the built program.
#
# image_cache_harden() applies it to the calling directory: to shared/ and native-server/, not to the tests, which
# are not optimised and so cannot have _FORTIFY_SOURCE. Only Release builds take it: a sanitizer does the same
# work better, and the two get into each other's way.
include(CheckCXXCompilerFlag)

# Control flow is guarded by what the processor has for it: CET on x86-64, BTI and PAC on AArch64.
check_cxx_compiler_flag(-fcf-protection=full IMAGE_CACHE_HAS_CF_PROTECTION)
check_cxx_compiler_flag(-mbranch-protection=standard IMAGE_CACHE_HAS_BRANCH_PROTECTION)

function(image_cache_harden)
  if(EMSCRIPTEN OR IMAGE_CACHE_SANITIZE)
    return()
  endif()
  add_compile_options("$<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-fPIE;-fstack-protector-strong;-fstack-clash-protection>")
  if(IMAGE_CACHE_HAS_CF_PROTECTION)
    add_compile_options("$<$<CONFIG:Release>:-fcf-protection=full>")
  elseif(IMAGE_CACHE_HAS_BRANCH_PROTECTION)
    add_compile_options("$<$<CONFIG:Release>:-mbranch-protection=standard>")
  endif()
  add_link_options("$<$<CONFIG:Release>:-pie;LINKER:-z,relro,-z,now,-z,noexecstack,-z,separate-code>")
endfunction()
