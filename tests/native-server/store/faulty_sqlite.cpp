#include "tests/native-server/store/faulty_sqlite.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cerrno>
#include <mutex>
#include <utility>

namespace image_cache::testing {
namespace {

std::mutex mutex;
std::function<std::optional<int>(bool writes)> next_fault;  // guarded by mutex

// True when the call is to fail; then errno is set.
bool IsToFail(bool writes) {
  const std::lock_guard lock(mutex);
  if (!next_fault) return false;
  const auto fault = next_fault(writes);
  if (fault) errno = *fault;
  return fault.has_value();
}

// What SQLite called before, and the call that is put in its place. A type for each name, since the
// functions that SQLite takes have no room for more.
template <const char* kName, bool kWrites, typename Signature>
struct Call;

template <const char* kName, bool kWrites, typename Return, typename... Arguments>
struct Call<kName, kWrites, Return(Arguments...)> {
  using Function = Return (*)(Arguments...);
  static inline Function original = nullptr;

  static Return Run(Arguments... arguments) {
    return IsToFail(kWrites) ? Return(-1) : original(arguments...);
  }

  static void PutInPlace(sqlite3_vfs* vfs) {
    const auto before = vfs->xGetSystemCall(vfs, kName);
    if (before == nullptr) return;                  // not a call of this build
    original = reinterpret_cast<Function>(before);  // NOLINT: that is SQLite's interface
    vfs->xSetSystemCall(vfs, kName,
                        reinterpret_cast<sqlite3_syscall_ptr>(&Run));  // NOLINT: see above
  }
};

constexpr char kOpen[] = "open", kOpenDirectory[] = "openDirectory", kStat[] = "fstat";
constexpr char kRead[] = "read", kPread[] = "pread", kPread64[] = "pread64";
constexpr char kWrite[] = "write", kPwrite[] = "pwrite", kPwrite64[] = "pwrite64";
constexpr char kTruncate[] = "ftruncate", kUnlink[] = "unlink", kAllocate[] = "fallocate";

void PutAllInPlace() {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  Call<kOpen, true, int(const char*, int, int)>::PutInPlace(vfs);
  Call<kOpenDirectory, true, int(const char*, int*)>::PutInPlace(vfs);
  Call<kStat, false, int(int, struct stat*)>::PutInPlace(vfs);
  Call<kRead, false, ssize_t(int, void*, std::size_t)>::PutInPlace(vfs);
  Call<kPread, false, ssize_t(int, void*, std::size_t, off_t)>::PutInPlace(vfs);
  Call<kPread64, false, ssize_t(int, void*, std::size_t, off_t)>::PutInPlace(vfs);
  Call<kWrite, true, ssize_t(int, const void*, std::size_t)>::PutInPlace(vfs);
  Call<kPwrite, true, ssize_t(int, const void*, std::size_t, off_t)>::PutInPlace(vfs);
  Call<kPwrite64, true, ssize_t(int, const void*, std::size_t, off_t)>::PutInPlace(vfs);
  Call<kTruncate, true, int(int, off_t)>::PutInPlace(vfs);
  Call<kUnlink, true, int(const char*)>::PutInPlace(vfs);
  Call<kAllocate, true, int(int, off_t, off_t)>::PutInPlace(vfs);
}

}  // namespace

void FailSqliteBy(std::function<std::optional<int>(bool writes)> fault) {
  static std::once_flag once;
  std::call_once(once, PutAllInPlace);
  const std::lock_guard lock(mutex);
  next_fault = std::move(fault);
}

}  // namespace image_cache::testing
