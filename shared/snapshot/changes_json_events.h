// The events of a JSON text, collected into a list of changes.
//
// Internal to ApplyChanges. It knows the form (docs/changes.md) and nothing of the rules that an
// entry keeps. Fields and kinds of change that it does not know are passed over, whatever is in
// them. Used by one parse, once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "shared/json/json_events.h"

namespace image_cache {

struct ManifestChange {
  enum class Kind : std::uint8_t { kPut, kRemoved, kRemovedActor, kRemovedAll };

  Kind kind = Kind::kPut;
  std::string s3_url;      // of a put and of a removed one
  std::string local_path;  // of a put
  std::string actor_id;    // of a removed actor; of a put when it is not its path's folder
  std::int64_t size_bytes = -1;
};

class ChangesJsonEvents final : public JsonEvents {
 public:
  std::string epoch;
  std::int64_t since = -1;
  std::int64_t revision = -1;
  bool is_full_needed = false;
  bool has_changes = false;
  bool is_mistyped = false;  // a known field has a value of another type
  std::vector<ManifestChange> changes;

  bool null() override { return Mistyped(); }
  bool boolean(bool value) override;
  bool number_integer(std::int64_t) override { return Mistyped(); }
  bool number_unsigned(std::uint64_t value) override;
  bool number_float(double) override { return Mistyped(); }
  bool string(std::string& value) override;
  bool key(std::string& name) override;
  bool start_object() override;
  bool end_object() override { return End(); }
  bool start_array() override;
  bool end_array() override { return End(); }

 private:
  // From the outside in: {"changes": [ {"put": [ {"s3_url": …} ]} ]}
  enum class Place : std::uint8_t { kOutside, kDocument, kChanges, kChange, kItems, kItem };
  enum class Field : std::uint8_t {
    kUnknown,
    kEpoch,
    kSince,
    kRevision,
    kFull,
    kChanges,
    kPut,
    kRemoved,
    kRemovedActor,
    kRemovedAll,
    kUrl,
    kLocalPath,
    kActorId,
    kSizeBytes,
  };

  static Field FieldNamed(Place place, const std::string& name);
  bool Enter(Place place);
  bool StartIgnored();
  bool End();
  bool Mistyped();

  Place place_ = Place::kOutside;
  Field field_ = Field::kUnknown;
  ManifestChange::Kind kind_ = ManifestChange::Kind::kPut;  // of the items
  std::size_t ignored_depth_ = 0;  // open objects and arrays that are none of ours
};

}  // namespace image_cache
