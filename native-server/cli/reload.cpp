#include "native-server/cli/reload.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "native-server/api/cors.h"

namespace image_cache {
namespace {

// What Apply applies.
constexpr std::array<std::string_view, 13> kReloaded = {
    "--allowed-host",   "--allowed-origin", "--log-level", "--max-image-pixels",
    "--max-image-size", "--max-size",       "--min-free",  "--min-free-inodes",
    "--origin",         "--origin-address", "--s3-region", "--svg",
    "--token-file",
};

bool IsReloaded(const std::string& option) {
  return std::find(kReloaded.begin(), kReloaded.end(), option) != kReloaded.end();
}

std::set<std::string> Differences(const GivenOptions& before, const GivenOptions& now) {
  std::set<std::string> names;
  for (const auto& [name, values] : before) {
    const auto found = now.find(name);
    if (found == now.end() || found->second != values) names.insert(name);
  }
  for (const auto& [name, values] : now) {
    if (!before.contains(name)) names.insert(name);
  }
  return names;
}

}  // namespace

void Reload::Run() {
  auto applied = Apply();
  if (!applied) {
    spdlog::error("the configuration was not reloaded and the old one goes on: {}",
                  applied.error().message);
    return;
  }
  LogChanges(*applied);
  applied_ = std::move(*applied);
}

Outcome<GivenOptions> Reload::Apply() {
  auto command = read_();
  if (!command) return tl::make_unexpected(command.error());
  // It would take all limits and the token away.
  if (command->config_is_empty && !config_is_empty_) {
    return Failed(
        "the config file is empty: it is just being written, its disk is full, or it is a pipe, "
        "which is read only once; write it, or restart the server if that is meant");
  }
  const Settings& settings = command->settings;
  // Stays as it is, and is to be none that the restart fails at.
  if (auto addressing = MakeAddressing(settings); !addressing) {
    return tl::make_unexpected(addressing.error());
  }
  auto origins = MakeOriginAccess(settings, parts_.addressing);
  if (!origins) return tl::make_unexpected(origins.error());
  auto token = ReadToken(settings);
  if (!token) return tl::make_unexpected(token.error());

  // From here on nothing fails.
  parts_.origins.policy.Replace(origins->policy);
  parts_.origins.credentials->Replace(std::move(origins->credentials));
  parts_.access.Replace(MakeAccessRules(settings, parts_.listen, std::move(*token)));
  parts_.store.SetLimits(LimitsOf(settings));
  parts_.images.Reload(TimingLine(parts_.access));
  spdlog::default_logger()->set_level(spdlog::level::from_str(settings.log_level));
  parts_.store.FitLimits();
  config_is_empty_ = command->config_is_empty;
  return std::move(command->given);
}

void Reload::LogChanges(const GivenOptions& now) const {
  std::vector<std::string> changed;
  for (const std::string& name : Differences(applied_, now)) {
    if (IsReloaded(name)) changed.push_back(name);
  }
  // By what runs: it is named again at each reload until the restart.
  std::vector<std::string> unchanged;
  for (const std::string& name : Differences(at_start_, now)) {
    if (!IsReloaded(name)) unchanged.push_back(name);
  }
  if (!unchanged.empty()) {
    spdlog::warn("restart the server for what a reload does not change: {}",
                 fmt::join(unchanged, ", "));
  }
  spdlog::info("the configuration was reloaded; changed: {}",
               changed.empty() ? "nothing" : fmt::format("{}", fmt::join(changed, ", ")));
}

}  // namespace image_cache
