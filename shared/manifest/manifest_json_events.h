// The events of a JSON text, collected into what a manifest document holds.
//
// Internal to ParseManifestJson. It knows the form of the document (which field is where and of
// which type) and nothing of the rules that an entry keeps. Used by one parse, once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "shared/json/json_events.h"
#include "shared/manifest/entry.h"

namespace image_cache {

class ManifestJsonEvents final : public JsonEvents {
 public:
  struct RawEntry {
    Entry entry;  // its s3_url is the entry's key in the document until its own field comes
    std::uint32_t seen = 0;  // bits of the fields that were there with the right type
    bool mistyped = false;

    [[nodiscard]] bool IsComplete() const;
  };

  bool is_object = false;
  bool has_entries = false;
  std::string version;
  std::string epoch;
  std::string s3_endpoint;
  bool s3_path_style = false;
  std::int64_t last_updated_ms = 0;
  std::int64_t revision = 0;
  std::vector<RawEntry> entries;
  // Where it is given, each entry goes here as soon as it is whole, and is not kept.
  std::function<void(RawEntry&)> on_entry;

  bool null() override;
  bool boolean(bool value) override;
  bool number_integer(std::int64_t value) override;
  bool number_unsigned(std::uint64_t value) override;
  bool number_float(double value) override;
  bool string(std::string& value) override;
  bool key(std::string& name) override;
  bool start_object() override;
  bool end_object() override;
  bool start_array() override;
  bool end_array() override;

 private:
  enum class Place { kOutside, kDocument, kEntries, kEntry };
  enum class Field : std::uint8_t {
    kUnknown,
    kVersion,
    kEpoch,
    kEndpoint,
    kPathStyle,
    kLastUpdated,
    kRevision,
    kEntries,
    kUrl,
    kLocalPath,
    kActorId,
    kFilename,
    kEtag,
    kSha256,
    kCachedAt,
    kSizeBytes,
  };

  static Field FieldNamed(Place place, const std::string& name);
  std::string* StringField();
  bool SetNumber(std::int64_t value);
  bool Mistyped();
  bool StartIgnored();
  void NoteSeen();
  void HandOver();

  Place place_ = Place::kOutside;
  Field field_ = Field::kUnknown;
  std::size_t ignored_depth_ = 0;  // open objects and arrays that are none of ours
};

}  // namespace image_cache
