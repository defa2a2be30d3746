#include "shared/snapshot/changes_json_events.h"

#include <string_view>
#include <utility>

#include "shared/manifest/entry_rules.h"

namespace image_cache {

ChangesJsonEvents::Field ChangesJsonEvents::FieldNamed(Place place, const std::string& name) {
  struct Known {
    Place place;
    std::string_view name;
    Field field;
  };
  static constexpr Known kKnown[] = {
      {Place::kDocument, "epoch", Field::kEpoch},
      {Place::kDocument, "since", Field::kSince},
      {Place::kDocument, "revision", Field::kRevision},
      {Place::kDocument, "full", Field::kFull},
      {Place::kDocument, "changes", Field::kChanges},
      {Place::kChange, "put", Field::kPut},
      {Place::kChange, "removed", Field::kRemoved},
      {Place::kChange, "removed_actor", Field::kRemovedActor},
      {Place::kChange, "removed_all", Field::kRemovedAll},
      {Place::kItem, "s3_url", Field::kUrl},
      {Place::kItem, "local_path", Field::kLocalPath},
      {Place::kItem, "actor_id", Field::kActorId},
      {Place::kItem, "size_bytes", Field::kSizeBytes},
  };
  for (const Known& known : kKnown) {
    if (known.place == place && known.name == name) return known.field;
  }
  return Field::kUnknown;
}

bool ChangesJsonEvents::boolean(bool value) {
  if (ignored_depth_ > 0) return true;
  if (field_ == Field::kFull) {
    is_full_needed = value;
  } else if (field_ == Field::kRemovedAll) {
    if (value) changes.emplace_back().kind = ManifestChange::Kind::kRemovedAll;
  } else {
    return Mistyped();
  }
  return true;
}

bool ChangesJsonEvents::number_unsigned(std::uint64_t value) {
  if (ignored_depth_ > 0) return true;
  if (value > static_cast<std::uint64_t>(kMaxSafeInteger)) return Mistyped();
  const auto number = static_cast<std::int64_t>(value);
  if (field_ == Field::kSince) {
    since = number;
  } else if (field_ == Field::kRevision) {
    revision = number;
  } else if (field_ == Field::kSizeBytes) {
    changes.back().size_bytes = number;
  } else {
    return Mistyped();
  }
  return true;
}

bool ChangesJsonEvents::string(std::string& value) {
  if (ignored_depth_ > 0) return true;
  switch (field_) {
    case Field::kEpoch:
      epoch = std::move(value);
      return true;
    case Field::kUrl:
      changes.back().s3_url = std::move(value);
      return true;
    case Field::kLocalPath:
      changes.back().local_path = std::move(value);
      return true;
    case Field::kActorId:
      changes.back().actor_id = std::move(value);
      return true;
    case Field::kRemovedActor: {
      ManifestChange& change = changes.emplace_back();
      change.kind = ManifestChange::Kind::kRemovedActor;
      change.actor_id = std::move(value);
      return true;
    }
    default:
      return Mistyped();
  }
}

bool ChangesJsonEvents::key(std::string& name) {
  if (ignored_depth_ == 0) field_ = FieldNamed(place_, name);
  return true;
}

bool ChangesJsonEvents::start_object() {
  if (ignored_depth_ > 0) return StartIgnored();
  switch (place_) {
    case Place::kOutside:
      return Enter(Place::kDocument);
    case Place::kChanges:
      return Enter(Place::kChange);
    case Place::kItems:
      changes.emplace_back().kind = kind_;
      return Enter(Place::kItem);
    default:
      return StartIgnored();
  }
}

bool ChangesJsonEvents::start_array() {
  if (ignored_depth_ > 0) return StartIgnored();
  switch (field_) {
    case Field::kChanges:
      has_changes = true;
      return Enter(Place::kChanges);
    case Field::kPut:
      kind_ = ManifestChange::Kind::kPut;
      return Enter(Place::kItems);
    case Field::kRemoved:
      kind_ = ManifestChange::Kind::kRemoved;
      return Enter(Place::kItems);
    default:
      return StartIgnored();
  }
}

bool ChangesJsonEvents::Enter(Place place) {
  place_ = place;
  field_ = Field::kUnknown;
  return true;
}

bool ChangesJsonEvents::StartIgnored() {
  const bool go_on = Mistyped();
  ++ignored_depth_;
  return go_on;
}

bool ChangesJsonEvents::End() {
  if (ignored_depth_ > 0) {
    --ignored_depth_;
    return true;
  }
  return Enter(static_cast<Place>(static_cast<std::uint8_t>(place_) - 1));
}

// What is unknown may be anything. In the lists of changes and of items there are objects only.
bool ChangesJsonEvents::Mistyped() {
  if (ignored_depth_ > 0) return true;
  if (place_ == Place::kOutside) return false;  // the document itself is not an object
  const bool in_list = place_ == Place::kChanges || place_ == Place::kItems;
  if (in_list || field_ != Field::kUnknown) is_mistyped = true;
  return true;
}

}  // namespace image_cache
