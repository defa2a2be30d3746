// A manifest as a page keeps it: read once, then kept by the changes. Trivially right, and written
// from docs/changes.md rather than from the code that writes them.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "native-server/store/changes/change_log.h"
#include "native-server/store/store.h"

namespace image_cache::testing {

class FollowedManifest {
 public:
  struct Cached {
    std::string local_path;
    std::string actor_id;
    std::uint64_t size_bytes = 0;

    friend bool operator==(const Cached&, const Cached&) = default;
  };
  using Entries = std::map<std::string, Cached>;  // by key

  explicit FollowedManifest(const ManifestText& text);

  // Asks what has changed. False when a whole manifest is needed; nothing is changed then.
  [[nodiscard]] bool CatchUp(const ChangeLog& log);
  // Told by the log. False when it does not follow on what is here, or was too much to tell.
  [[nodiscard]] bool Apply(const ChangeGroup& group);

  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] const Entries& entries() const { return entries_; }

 private:
  void ApplyText(const std::string& text);
  void ApplyChange(const nlohmann::json& change);

  std::uint64_t revision_ = 0;
  Entries entries_;
};

}  // namespace image_cache::testing
