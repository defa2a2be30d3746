#include "native-server/cli/local_verification.h"

#include <filesystem>
#include <future>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "native-server/api/verify_json.h"
#include "native-server/cli/error_text.h"
#include "native-server/cli/parts.h"
#include "native-server/store/verify/folder_subject.h"
#include "native-server/store/verify/verification.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

VerifyOptions ToOptions(const VerifyOrder& order) {
  return {.repair = order.repair, .bytes_per_second = order.bytes_per_second};
}

Outcome<json> ReadOnly(const Settings& settings, const S3Addressing& addressing,
                       const VerifyOrder& order, const VerifyProgress& progress) {
  auto subject = FolderSubject::Open(settings.cache_dir, addressing);
  if (!subject) {
    return tl::make_unexpected(DescribeStoreError(subject.error(), settings.cache_dir));
  }
  Verifier verifier(**subject, ToOptions(order));
  verifier.AddNotAdopted((*subject)->not_adopted(), /*repaired=*/false);
  const auto running = std::async(std::launch::async, [&verifier] { verifier.Run(); });
  while (running.wait_for(kVerifyProgressInterval) == std::future_status::timeout) {
    progress(ToJson(verifier.Report()));
  }
  return ToJson(verifier.Report());
}

Outcome<json> Repairing(const Settings& settings, const S3Addressing& addressing, Clock& clock,
                        const VerifyOrder& order, const VerifyProgress& progress) {
  // What the start would tidy is to be found, and told of.
  auto store = OpenStore(settings, addressing, clock, {.tidy_at_start = false});
  if (!store) return tl::make_unexpected(store.error());
  Verification& verification = (*store)->verification();
  if (!verification.Start(ToOptions(order))) return Failed("a verification runs already");
  for (;;) {
    const VerifyReport report = verification.Report().value();
    if (report.state != VerifyReport::State::kRunning) return ToJson(report);
    progress(ToJson(report));
    std::this_thread::sleep_for(kVerifyProgressInterval);
  }
}

}  // namespace

Outcome<json> VerifyFolder(const Settings& settings, const S3Addressing& addressing, Clock& clock,
                           const VerifyOrder& order, const VerifyProgress& progress) {
  std::error_code error;
  (void)std::filesystem::symlink_status(settings.cache_dir, error);
  if (error == std::errc::no_such_file_or_directory) {
    VerifyReport nothing;
    nothing.state = VerifyReport::State::kDone;
    return ToJson(nothing);
  }
  if (order.repair) return Repairing(settings, addressing, clock, order, progress);
  return ReadOnly(settings, addressing, order, progress);
}

}  // namespace image_cache
