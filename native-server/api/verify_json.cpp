#include "native-server/api/verify_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

namespace image_cache {
namespace {

using nlohmann::ordered_json;

std::string_view NameOf(VerifyReport::State state) {
  switch (state) {
    case VerifyReport::State::kRunning:
      return "running";
    case VerifyReport::State::kDone:
      return "done";
    case VerifyReport::State::kCancelled:
      return "cancelled";
    case VerifyReport::State::kFailed:
      break;
  }
  return "failed";
}

std::string_view NameOf(FindingKind kind) {
  switch (kind) {
    case FindingKind::kMissingFile:
      return "missing_files";
    case FindingKind::kWrongSize:
      return "wrong_sizes";
    case FindingKind::kWrongContent:
      return "wrong_hashes";
    case FindingKind::kUnreadable:
      return "unreadable";
    case FindingKind::kOrphan:
      return "orphans";
    case FindingKind::kLeftover:
      return "leftovers";
    case FindingKind::kSmaller:
      return "smaller";
    case FindingKind::kNotAdopted:
      break;
  }
  return "not_adopted";
}

}  // namespace

ordered_json ToJson(const VerifyReport& report) {
  ordered_json findings;
  for (std::size_t i = 0; i < report.by_kind.size(); ++i) {
    const Findings& of_kind = report.by_kind.at(i);
    findings[std::string(NameOf(static_cast<FindingKind>(i)))] = {
        {"found", of_kind.found}, {"repaired", of_kind.repaired}, {"examples", of_kind.examples}};
  }
  ordered_json json = {{"state", NameOf(report.state)},
                       {"repair", report.repair},
                       {"entries_total", report.entries_total},
                       {"entries_checked", report.entries_checked},
                       {"bytes_total", report.bytes_total},
                       {"bytes_checked", report.bytes_checked},
                       {"elapsed_ms", report.elapsed_ms},
                       {"findings", std::move(findings)},
                       {"findings_left", report.left()},
                       {"unknown", report.unknown},
                       {"foreign", report.foreign}};
  if (!report.failure.empty()) json["failure"] = report.failure;
  return json;
}

}  // namespace image_cache
