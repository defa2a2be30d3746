#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "native-server/cli/cache_access.h"
#include "native-server/cli/commands.h"
#include "native-server/cli/progress.h"
#include "native-server/cli/size.h"

namespace image_cache {
namespace {

using json = nlohmann::ordered_json;

std::uint64_t Number(const json& report, const char* name) {
  return report.value(name, std::uint64_t{0});
}

// "missing_files" as people read it.
std::string Words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string Lines(const json& report, const std::string& where) {
  std::string text = fmt::format("checked {} of {} pictures, {}, in {:.1f} s ({})\n",
                                 Number(report, "entries_checked"), Number(report, "entries_total"),
                                 FormatSize(Number(report, "bytes_checked")),
                                 static_cast<double>(Number(report, "elapsed_ms")) / 1000, where);
  const json by_kind = report.value("findings", json::object());
  for (const auto& [name, findings] : by_kind.items()) {
    const std::uint64_t found = Number(findings, "found");
    if (found == 0) continue;
    const auto examples = findings.value("examples", std::vector<std::string>());
    const char* more = found > examples.size() ? ", …" : "";
    text += fmt::format("{:<14}{} found, {} repaired: {}{}\n", Words(name), found,
                        Number(findings, "repaired"), fmt::join(examples, ", "), more);
  }
  if (const auto unknown = Number(report, "unknown"); unknown > 0) {
    text += fmt::format("{:<14}{} pictures could not be looked at\n", "unknown", unknown);
  }
  if (const auto foreign = Number(report, "foreign"); foreign > 0) {
    text += fmt::format("{:<14}{} files are not the cache's own and are left alone\n", "foreign",
                        foreign);
  }
  return text;
}

}  // namespace

Outcome<void> VerifyCache(const Settings& settings) {
  auto cache = OpenCache(settings);
  if (!cache) return tl::make_unexpected(cache.error());
  std::optional<Progress> bar;  // begins when it is known how much there is
  const auto show = [&bar](const json& report) {
    if (!bar) bar.emplace(Number(report, "entries_total"));
    bar->Show(Number(report, "entries_checked"), FormatSize(Number(report, "bytes_checked")));
  };
  const auto report = (*cache)->Verify(
      {.repair = settings.repair, .bytes_per_second = settings.verify_bytes_per_second}, show);
  if (bar) bar->End();
  if (!report) return tl::make_unexpected(report.error());

  if (settings.json) {
    std::cout << report->dump(2) << "\n";
  } else {
    std::cout << Lines(*report, (*cache)->Description());
  }
  const std::string state = report->value("state", "");
  if (state == "failed") return Failed("not verified: " + report->value("failure", ""));
  if (state == "cancelled") return Failed("the verification was cancelled");
  const std::uint64_t left = Number(*report, "findings_left");
  if (left > 0 && settings.repair) return Failed(fmt::format("{} findings are left", left));
  if (left > 0) return Failed(fmt::format("{} findings; --repair mends them", left));
  if (!settings.json) std::cout << "everything is sound\n";
  return {};
}

}  // namespace image_cache
