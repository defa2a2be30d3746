# The Emscripten of the distribution, with what it needs to be used from CMake.
#
# Emscripten's scripts require acorn and others of Debian's Node packages. Where Node itself is not
# Debian's it does not look there, so the presets set NODE_PATH for configuring and building.

# Tests run in the Node that is first in PATH: the pinned one, when the Makefile calls.
find_program(IMAGE_CACHE_NODE node REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR ${IMAGE_CACHE_NODE})

include(/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake)

# /usr/include in the search path would shadow Emscripten's own libc headers, so the header-only
# libraries that shared/ uses are staged, by link, in a folder that holds nothing else.
set(IMAGE_CACHE_STAGED_HEADERS ${CMAKE_BINARY_DIR}/staged-headers)
foreach(library nlohmann tl)
  if(NOT EXISTS /usr/include/${library})
    message(FATAL_ERROR "/usr/include/${library} is missing: run scripts/bootstrap")
  endif()
  file(MAKE_DIRECTORY ${IMAGE_CACHE_STAGED_HEADERS})
  file(CREATE_LINK /usr/include/${library} ${IMAGE_CACHE_STAGED_HEADERS}/${library} SYMBOLIC)
endforeach()

# Every page downloads the module before it shows a cached picture, so size is speed. What goes into the
# module is optimised when it is linked, too (IMAGE_CACHE_LTO): 41.5 kB against 50.6 kB of -O3 without it
# (gzip). A lookup with a signature that is new takes three times as long, 6 µs in Node, and happens once
# for each URL. The tests are not optimised so, which would take minutes.
set(CMAKE_CXX_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "Flags of a Release build")
set(IMAGE_CACHE_LTO "$<$<CONFIG:Release>:-flto>" "$<$<CONFIG:Release>:-Oz>")
