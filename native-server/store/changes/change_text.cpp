#include "native-server/store/changes/change_text.h"

#include <algorithm>

#include "shared/manifest/json_text.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

bool IsFolderOf(std::string_view local_path, std::string_view actor_id) {
  local_path.remove_prefix(std::min(local_path.size(), kLocalPathPrefix.size()));
  return local_path.substr(0, local_path.find('/')) == actor_id;
}

void AppendField(std::string& text, std::string_view field, std::string_view value) {
  text += field;
  AppendJsonString(text, value);
}

// `append` writes what else there is of the entry that has this index.
template <typename Append>
ChangeText TextOfList(std::string_view begin, const std::vector<Entry>& entries, Append append) {
  if (entries.empty()) return std::string();
  std::string text(begin);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) text += ',';
    AppendField(text, "{\"s3_url\":", entries[i].s3_url);
    AppendField(text, ",\"local_path\":", entries[i].local_path);
    append(text, i);
    text += '}';
    if (text.size() > kMaxChangeTextBytes) return std::nullopt;
  }
  text += "]}";
  return text;
}

}  // namespace

ChangeText TextOfPuts(const std::vector<Entry>& entries,
                      const std::vector<std::string>& replaced_paths) {
  return TextOfList("{\"put\":[", entries, [&](std::string& text, std::size_t i) {
    const Entry& entry = entries[i];
    text += ",\"size_bytes\":";
    AppendJsonNumber(text, entry.size_bytes);
    if (!IsFolderOf(entry.local_path, entry.actor_id)) {
      AppendField(text, ",\"actor_id\":", entry.actor_id);
    }
    const std::string& replaced = i < replaced_paths.size() ? replaced_paths[i] : std::string();
    if (!replaced.empty() && replaced != entry.local_path) {
      AppendField(text, ",\"replaces\":", replaced);
    }
  });
}

ChangeText TextOfRemoved(const std::vector<Entry>& entries) {
  return TextOfList("{\"removed\":[", entries, [](std::string&, std::size_t) {});
}

ChangeText TextOfRemovedActor(std::string_view actor_id) {
  std::string text;
  AppendField(text, "{\"removed_actor\":", actor_id);
  text += '}';
  return text;
}

ChangeText TextOfRemovedAll() { return "{\"removed_all\":true}"; }

}  // namespace image_cache
