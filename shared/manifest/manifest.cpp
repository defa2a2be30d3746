#include "shared/manifest/manifest.h"

#include <algorithm>
#include <utility>

namespace image_cache {

void Manifest::Put(Entry entry) {
  const auto existing = nodes_.find(entry.s3_url);
  if (existing != nodes_.end()) {
    if (existing->second->entry == entry) return;
    Take(existing);
  }
  Insert(std::move(entry));
  ++revision_;
}

std::vector<Entry> Manifest::Remove(std::string_view key) {
  std::vector<Entry> removed;
  if (const auto position = nodes_.find(key); position != nodes_.end()) {
    removed.push_back(Take(position));
    ++revision_;
  }
  return removed;
}

std::vector<Entry> Manifest::RemoveActor(std::string_view actor_id) {
  std::vector<Entry> removed;
  const auto position = actors_.find(actor_id);
  if (position == actors_.end()) return removed;
  // Taken from the end, so that no other moves; the actor goes with its last entry.
  std::size_t left = position->second->nodes.size();
  removed.reserve(left);
  for (const Actor& actor = *position->second; left > 0; --left) {
    removed.push_back(Take(nodes_.find(actor.nodes.back()->entry.s3_url)));
  }
  ++revision_;
  return removed;
}

std::vector<Entry> Manifest::Clear() {
  std::vector<Entry> removed;
  removed.reserve(nodes_.size());
  for (auto& [key, node] : nodes_) removed.push_back(std::move(node->entry));
  nodes_.clear();
  actors_.clear();
  totals_ = {};
  if (!removed.empty()) ++revision_;
  return removed;
}

const Entry* Manifest::Find(std::string_view key) const {
  const auto position = nodes_.find(key);
  return position == nodes_.end() ? nullptr : &position->second->entry;
}

ManifestTotals Manifest::ActorTotals(std::string_view actor_id) const {
  const auto position = actors_.find(actor_id);
  if (position == actors_.end()) return {};
  return {.entries = position->second->nodes.size(), .size_bytes = position->second->size_bytes};
}

std::vector<std::string> Manifest::ActorIds() const {
  std::vector<std::string> ids;
  ids.reserve(actors_.size());
  for (const auto& [actor_id, actor] : actors_) ids.emplace_back(actor_id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

void Manifest::ForEach(const std::function<void(const Entry&)>& visit) const {
  for (const auto& [key, node] : nodes_) visit(node->entry);
}

void Manifest::ForEachOfActor(std::string_view actor_id,
                              const std::function<void(const Entry&)>& visit) const {
  const auto position = actors_.find(actor_id);
  if (position == actors_.end()) return;
  for (const Node* node : position->second->nodes) visit(node->entry);
}

void Manifest::Insert(Entry entry) {
  auto node = std::make_unique<Node>();
  node->entry = std::move(entry);

  auto actor = actors_.find(node->entry.actor_id);
  if (actor == actors_.end()) {
    auto created = std::make_unique<Actor>();
    created->actor_id = node->entry.actor_id;
    const std::string_view id = created->actor_id;
    actor = actors_.emplace(id, std::move(created)).first;
  }
  node->actor = actor->second.get();
  node->index_in_actor = node->actor->nodes.size();
  node->actor->nodes.push_back(node.get());
  node->actor->size_bytes += node->entry.size_bytes;
  totals_.entries += 1;
  totals_.size_bytes += node->entry.size_bytes;
  const std::string_view key = node->entry.s3_url;
  nodes_.emplace(key, std::move(node));
}

Entry Manifest::Take(
    std::unordered_map<std::string_view, std::unique_ptr<Node>>::iterator position) {
  const std::unique_ptr<Node> node = std::move(position->second);
  nodes_.erase(position);

  Actor& actor = *node->actor;
  Node* last = actor.nodes.back();
  actor.nodes[node->index_in_actor] = last;
  last->index_in_actor = node->index_in_actor;
  actor.nodes.pop_back();
  actor.size_bytes -= node->entry.size_bytes;
  totals_.entries -= 1;
  totals_.size_bytes -= node->entry.size_bytes;
  if (actor.nodes.empty()) actors_.erase(actors_.find(actor.actor_id));
  return std::move(node->entry);
}

}  // namespace image_cache
