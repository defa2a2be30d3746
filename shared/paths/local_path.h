// The local path of a cached picture: ".image-cache/images/<actor_id>/<file name>".
//
// It is a name, not a place: the server keeps the file below its --cache-dir, whatever that is
// called. A LocalPath exists only when the text passed the rules, so holding one is the proof.
// The rules (every segment checked, nothing decoded twice, nothing resolved):
//   - the prefix ".image-cache/images/", then exactly two segments;
//   - the first is a valid actor id;
//   - the second is 1–200 of A-Z a-z 0-9 . _ -, does not start with a dot, and ends in the
//   extension
//     of a known picture format. Files named by an earlier system ("0001_abc123.jpg") pass too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "shared/paths/image_type.h"
#include "shared/result.h"

namespace image_cache {

enum class PathError {
  kInvalid,  // does not have the form above
};

inline constexpr std::string_view kLocalPathPrefix = ".image-cache/images/";

class LocalPath {
 public:
  // Reads the text of a manifest or of a `path=` parameter (already percent-decoded, once).
  [[nodiscard]] static Result<LocalPath, PathError> Parse(std::string_view text);

  // Names a picture: "<actor_id>_<16 hex digits>.<ext>". `content_id` must change with the content.
  // REQUIRES: IsValidActorId(actor_id).
  [[nodiscard]] static LocalPath Make(std::string_view actor_id, std::uint64_t content_id,
                                      ImageType type);

  [[nodiscard]] const std::string& text() const { return text_; }  // ".image-cache/images/0001/…"
  [[nodiscard]] std::string_view actor_id() const;
  [[nodiscard]] std::string_view file_name() const;
  [[nodiscard]] std::string_view relative() const;  // "0001/0001_….jpg": below the images folder
  [[nodiscard]] ImageType type() const { return type_; }

  friend bool operator==(const LocalPath& a, const LocalPath& b) { return a.text_ == b.text_; }

 private:
  LocalPath(std::string text, ImageType type) : text_(std::move(text)), type_(type) {}

  std::string text_;
  ImageType type_;
};

}  // namespace image_cache
