#include "shared/manifest/manifest_json_events.h"

#include <cmath>
#include <string_view>
#include <utility>

#include "shared/manifest/entry_rules.h"

namespace image_cache {

bool ManifestJsonEvents::RawEntry::IsComplete() const {
  std::uint32_t required = 0;
  for (const Field field :
       {Field::kLocalPath, Field::kActorId, Field::kCachedAt, Field::kSizeBytes}) {
    required |= 1U << static_cast<unsigned>(field);
  }
  return !mistyped && (seen & required) == required;
}

ManifestJsonEvents::Field ManifestJsonEvents::FieldNamed(Place place, const std::string& name) {
  struct Known {
    Place place;
    std::string_view name;
    Field field;
  };
  static constexpr Known kKnown[] = {
      {Place::kDocument, "version", Field::kVersion},
      {Place::kDocument, "epoch", Field::kEpoch},
      {Place::kDocument, "s3_endpoint", Field::kEndpoint},
      {Place::kDocument, "s3_path_style", Field::kPathStyle},
      {Place::kDocument, "last_updated", Field::kLastUpdated},
      {Place::kDocument, "revision", Field::kRevision},
      {Place::kDocument, "entries", Field::kEntries},
      {Place::kEntry, "s3_url", Field::kUrl},
      {Place::kEntry, "local_path", Field::kLocalPath},
      {Place::kEntry, "actor_id", Field::kActorId},
      {Place::kEntry, "filename", Field::kFilename},
      {Place::kEntry, "etag", Field::kEtag},
      {Place::kEntry, "sha256", Field::kSha256},
      {Place::kEntry, "cached_at", Field::kCachedAt},
      {Place::kEntry, "size_bytes", Field::kSizeBytes},
  };
  for (const Known& known : kKnown) {
    if (known.place == place && known.name == name) return known.field;
  }
  return Field::kUnknown;
}

bool ManifestJsonEvents::null() {
  // In an entry, null is as good as missing.
  return ignored_depth_ > 0 || place_ == Place::kEntry || Mistyped();
}

bool ManifestJsonEvents::boolean(bool value) {
  if (ignored_depth_ == 0 && place_ == Place::kDocument && field_ == Field::kPathStyle) {
    s3_path_style = value;
    return true;
  }
  return Mistyped();
}

bool ManifestJsonEvents::number_integer(std::int64_t value) { return SetNumber(value); }

bool ManifestJsonEvents::number_unsigned(std::uint64_t value) {
  const bool fits = value <= static_cast<std::uint64_t>(kMaxSafeInteger);
  return fits ? SetNumber(static_cast<std::int64_t>(value)) : Mistyped();
}

bool ManifestJsonEvents::number_float(double value) {
  // Some writers give 1729176000000.0 or 1.729176e12 for a whole number.
  const bool is_whole =
      std::abs(value) <= static_cast<double>(kMaxSafeInteger) && std::trunc(value) == value;
  return is_whole ? SetNumber(static_cast<std::int64_t>(value)) : Mistyped();
}

bool ManifestJsonEvents::string(std::string& value) {
  if (ignored_depth_ > 0) return true;
  std::string* target = StringField();
  if (target == nullptr) return Mistyped();
  *target = std::move(value);
  NoteSeen();
  return true;
}

bool ManifestJsonEvents::key(std::string& name) {
  if (ignored_depth_ > 0) return true;
  if (place_ == Place::kEntries) {
    HandOver();
    entries.emplace_back().entry.s3_url = std::move(name);
  } else {
    field_ = FieldNamed(place_, name);
  }
  return true;
}

bool ManifestJsonEvents::start_object() {
  if (ignored_depth_ > 0) return StartIgnored();
  if (place_ == Place::kOutside) {
    is_object = true;
    place_ = Place::kDocument;
  } else if (place_ == Place::kDocument && field_ == Field::kEntries) {
    has_entries = true;
    place_ = Place::kEntries;
  } else if (place_ == Place::kEntries) {
    place_ = Place::kEntry;
  } else {
    return StartIgnored();
  }
  return true;
}

bool ManifestJsonEvents::end_object() {
  if (ignored_depth_ > 0) {
    --ignored_depth_;
    return true;
  }
  switch (place_) {
    case Place::kEntry:
      place_ = Place::kEntries;
      break;
    case Place::kEntries:
      HandOver();
      place_ = Place::kDocument;
      field_ = Field::kUnknown;
      break;
    case Place::kDocument:
    case Place::kOutside:
      place_ = Place::kOutside;
      break;
  }
  return true;
}

bool ManifestJsonEvents::start_array() { return StartIgnored(); }

bool ManifestJsonEvents::end_array() {
  --ignored_depth_;
  return true;
}

std::string* ManifestJsonEvents::StringField() {
  switch (field_) {
    case Field::kVersion:
      return place_ == Place::kDocument ? &version : nullptr;
    case Field::kEpoch:
      return place_ == Place::kDocument ? &epoch : nullptr;
    case Field::kEndpoint:
      return place_ == Place::kDocument ? &s3_endpoint : nullptr;
    default:
      break;
  }
  if (place_ != Place::kEntry) return nullptr;
  Entry& entry = entries.back().entry;
  switch (field_) {
    case Field::kUrl:
      return &entry.s3_url;
    case Field::kLocalPath:
      return &entry.local_path;
    case Field::kActorId:
      return &entry.actor_id;
    case Field::kFilename:
      return &entry.filename;
    case Field::kEtag:
      return &entry.etag;
    case Field::kSha256:
      return &entry.sha256;
    default:
      return nullptr;
  }
}

bool ManifestJsonEvents::SetNumber(std::int64_t value) {
  if (ignored_depth_ > 0) return true;
  if (value < 0 || value > kMaxSafeInteger) return Mistyped();
  if (place_ == Place::kDocument && field_ == Field::kLastUpdated) {
    last_updated_ms = value;
  } else if (place_ == Place::kDocument && field_ == Field::kRevision) {
    revision = value;
  } else if (place_ == Place::kEntry && field_ == Field::kCachedAt) {
    entries.back().entry.cached_at_ms = value;
    NoteSeen();
  } else if (place_ == Place::kEntry && field_ == Field::kSizeBytes) {
    entries.back().entry.size_bytes = static_cast<std::uint64_t>(value);
    NoteSeen();
  } else {
    return Mistyped();
  }
  return true;
}

// A value of the wrong type spoils its entry, when the field is one of ours, and nothing else.
bool ManifestJsonEvents::Mistyped() {
  if (ignored_depth_ > 0) return true;
  if (place_ == Place::kOutside) return false;  // the document itself is not an object
  const bool in_known_field = place_ == Place::kEntry && field_ != Field::kUnknown;
  if (place_ == Place::kEntries || in_known_field) entries.back().mistyped = true;
  return true;
}

bool ManifestJsonEvents::StartIgnored() {
  const bool go_on = Mistyped();
  ++ignored_depth_;
  return go_on;
}

void ManifestJsonEvents::HandOver() {
  if (!on_entry || entries.empty()) return;
  on_entry(entries.back());
  entries.pop_back();
}

void ManifestJsonEvents::NoteSeen() {
  if (place_ == Place::kEntry) entries.back().seen |= 1U << static_cast<unsigned>(field_);
}

}  // namespace image_cache
