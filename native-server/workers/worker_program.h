// Where the worker's program is.
#pragma once

#include <string>
#include <string_view>

#include "shared/result.h"

namespace image_cache {

enum class WorkerProgramError { kMissing };

// Beside the running program, else in ../lib/image-cache from there; never anywhere else: whoever
// could say where decides what runs. The error's detail says what to install where.
[[nodiscard]] Result<std::string, WorkerProgramError> FindWorkerProgram();
// The same for a program in this folder.
[[nodiscard]] Result<std::string, WorkerProgramError> FindWorkerProgramFrom(
    std::string_view folder);

}  // namespace image_cache
