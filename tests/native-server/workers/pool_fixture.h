// A pool of probe workers, whose jobs are waited for.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "native-server/workers/worker_pool.h"
#include "tests/native-server/workers/probe.h"

namespace image_cache::testing {

class PoolTest : public ::testing::Test {
 protected:
  using Outcome = Result<WorkerAnswer, WorkerError>;

  static WorkerPoolOptions Options() {
    return {.program = PROBE_WORKER, .processes = 1, .max_waiting = 2};
  }
  void Start(WorkerPoolOptions options = Options()) { pool.emplace(std::move(options)); }

  // A file without a name.
  static UniqueFd File(const std::string& bytes = "") {
    UniqueFd file(::memfd_create("probe", MFD_CLOEXEC));
    EXPECT_EQ(::pwrite(file.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    return file;
  }
  static std::string Content(const UniqueFd& file) {
    std::string bytes(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(file.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    return bytes;
  }

  std::future<Outcome> Begin(WorkerOperation operation, std::uint64_t parameter = 0,
                             WorkerUrgency urgency = WorkerUrgency::kDemand,
                             std::chrono::milliseconds deadline = {}) {
    auto outcome = std::make_shared<std::promise<Outcome>>();
    std::future<Outcome> future = outcome->get_future();
    WorkerJob job{.request = {.operation = operation, .parameters = {parameter}},
                  .input = File(input),
                  .output = UniqueFd(::dup(output.get())),
                  .urgency = urgency,
                  .deadline = deadline};
    pool->Run(std::move(job), [outcome](Outcome value) { outcome->set_value(std::move(value)); });
    return future;
  }
  Outcome Run(WorkerOperation operation, std::uint64_t parameter = 0,
              std::chrono::milliseconds deadline = {}) {
    return Begin(operation, parameter, WorkerUrgency::kDemand, deadline).get();
  }

  std::string input;
  UniqueFd output = File();
  std::optional<WorkerPool> pool;
};

}  // namespace image_cache::testing
