#include "native-server/store/session/opened_actors.h"

#include <algorithm>
#include <shared_mutex>
#include <utility>

#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

// A line for each actor: its id, then each key behind a tab. Neither can have one in it.
constexpr char kBetween = '\t';
constexpr char kLineEnd = '\n';

OpenedActor ReadLine(std::string_view line) {
  OpenedActor actor{.actor_id = std::string(line.substr(0, line.find(kBetween))), .keys = {}};
  line.remove_prefix(actor.actor_id.size());
  while (!line.empty()) {
    line.remove_prefix(1);
    const std::string_view key = line.substr(0, line.find(kBetween));
    if (!key.empty()) actor.keys.emplace_back(key);
    line.remove_prefix(key.size());
  }
  return actor;
}

std::vector<OpenedActor> ReadText(std::string_view text) {
  std::vector<OpenedActor> actors;
  while (!text.empty() && actors.size() < OpenedActors::kMaxActors) {
    const std::string_view line = text.substr(0, text.find(kLineEnd));
    OpenedActor actor = ReadLine(line);
    if (IsValidActorId(actor.actor_id)) actors.push_back(std::move(actor));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return actors;
}

void AppendLine(const OpenedActor& actor, std::string& text) {
  std::string line = actor.actor_id;
  for (const std::string& key : actor.keys) {
    line += kBetween;
    line += key;
  }
  if (text.size() + line.size() >= OpenedActors::kMaxBytes) line = actor.actor_id;
  text += line;
  text += kLineEnd;
}

}  // namespace

OpenedActors::OpenedActors(const SharedIndex& index, std::string_view saved, bool records)
    : index_(index),
      records_(records),
      of_last_run_(ReadText(saved)),
      actors_(of_last_run_.begin(), of_last_run_.end()) {}

void OpenedActors::Note(std::string_view actor_id) {
  if (!records_) return;
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(actors_.begin(), actors_.end(),
                   [actor_id](const OpenedActor& one) { return one.actor_id == actor_id; });
  OpenedActor actor{.actor_id = std::string(actor_id), .keys = {}};
  if (found != actors_.end()) {
    actor = std::move(*found);
    actors_.erase(found);
  }
  actors_.push_front(std::move(actor));
  if (actors_.size() > kMaxActors) actors_.pop_back();
}

bool OpenedActors::Forget(std::string_view actor_id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(actors_, [actor_id](const OpenedActor& one) {
           return actor_id.empty() || one.actor_id == actor_id;
         }) > 0;
}

std::string OpenedActors::Text() {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (OpenedActor& actor : actors_) {
    std::vector<std::string> keys;
    {
      const std::shared_lock index_lock(index_.mutex);
      index_.images.manifest().ForEachOfActor(actor.actor_id, [&keys](EntryView entry) {
        if (keys.size() < kMaxPictures) keys.push_back(entry.s3_url());
      });
    }
    if (!keys.empty()) actor.keys = std::move(keys);
    AppendLine(actor, text);
  }
  return text;
}

std::vector<OpenedActor> OpenedActors::OfLastRun() const { return of_last_run_; }

}  // namespace image_cache
