// For .cpp files only: hands the failure of a Result<void, E> to the caller.
#pragma once

#define IMAGE_CACHE_TRY(expression)                                                   \
  do {                                                                                \
    if (auto tried = (expression); !tried) return tl::make_unexpected(tried.error()); \
  } while (false)
