#include "shared/manifest/packed_entry.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>

#include "shared/keys/url.h"
#include "shared/manifest/packed_text.h"
#include "shared/paths/content_path.h"
#include "shared/paths/image_type.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

static_assert(kMaxUrlBytes <= UINT16_MAX);

constexpr std::size_t kSha256Bytes = 32;
constexpr std::size_t kContentIdBytes = sizeof(ContentPath::content_id);

// Bits of forms_. An ETag's form is in the lowest two.
constexpr std::uint8_t kEtagForm = 3;
constexpr std::uint8_t kHasSha256 = 4;        // 32 bytes; else none,
constexpr std::uint8_t kHasOtherSha256 = 8;   // or a text of another form, behind its length
constexpr std::uint8_t kHasOurPath = 16;      // 8 bytes; else any path, behind its length
constexpr std::uint8_t kTailEndsInName = 32;  // the filename is the end of the key's tail

std::size_t SizeWithLength(std::string_view text) { return sizeof(std::uint32_t) + text.size(); }

char* WriteWithLength(std::string_view text, char* target) {
  const auto length = static_cast<std::uint32_t>(text.size());
  std::memcpy(target, &length, sizeof length);
  return std::copy(text.begin(), text.end(), target + sizeof length);
}

std::string_view ReadWithLength(const char* source) {
  std::uint32_t length = 0;
  std::memcpy(&length, source, sizeof length);
  return {source + sizeof length, length};
}

bool EndsIn(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

struct PackedEntry::Layout {
  Layout(const EntryFields& fields, const Place& place)
      : tail(fields.s3_url.substr(place.prefix != nullptr ? place.prefix->text.size() : 0)),
        tail_ends_in_name(EndsIn(tail, fields.filename)),
        etag(fields.etag),
        sha256(fields.sha256),
        is_sha256(sha256.form == TextForm::kHex && sha256.size_bytes == kSha256Bytes),
        path(ParseContentPath(fields.local_path, fields.actor_id)) {
    text_bytes = tail.size() + (tail_ends_in_name ? 0 : fields.filename.size()) + etag.size_bytes +
                 (path ? kContentIdBytes : SizeWithLength(fields.local_path));
    if (is_sha256) {
      text_bytes += kSha256Bytes;
    } else if (!fields.sha256.empty()) {
      text_bytes += SizeWithLength(fields.sha256);
    }
  }

  std::string_view tail;
  bool tail_ends_in_name;
  PackedText etag;
  PackedText sha256;
  bool is_sha256;
  std::optional<ContentPath> path;
  std::size_t text_bytes = 0;
};

const char* PackedEntry::texts() const { return reinterpret_cast<const char*>(this + 1); }

PackedEntry::Pointer PackedEntry::Make(const EntryFields& fields, const Place& place) {
  const Layout layout(fields, place);
  void* block = ::operator new(sizeof(PackedEntry) + layout.text_bytes);
  return Pointer(new (block) PackedEntry(fields, layout, place));
}

void PackedEntry::Deleter::operator()(PackedEntry* entry) const {
  entry->~PackedEntry();
  ::operator delete(entry);
}

PackedEntry::PackedEntry(const EntryFields& fields, const Layout& layout, const Place& place)
    : actor_(place.actor),
      prefix_(place.prefix),
      key_hash_(place.key_hash),
      tail_bytes_(static_cast<std::uint16_t>(layout.tail.size())),
      forms_(static_cast<std::uint8_t>(layout.etag.form)),
      type_(0),
      cached_at_ms_(fields.cached_at_ms),
      size_bytes_(fields.size_bytes),
      filename_bytes_(static_cast<std::uint32_t>(fields.filename.size())),
      etag_bytes_(static_cast<std::uint32_t>(layout.etag.size_bytes)) {
  char* end = const_cast<char*>(texts());
  end = std::copy(layout.tail.begin(), layout.tail.end(), end);
  if (layout.tail_ends_in_name) {
    forms_ |= kTailEndsInName;
  } else {
    end = std::copy(fields.filename.begin(), fields.filename.end(), end);
  }
  end = layout.etag.WriteTo(end);
  if (layout.is_sha256) {
    forms_ |= kHasSha256;
    end = layout.sha256.WriteTo(end);
  } else if (!fields.sha256.empty()) {
    forms_ |= kHasOtherSha256;
    end = WriteWithLength(fields.sha256, end);
  }
  if (layout.path) {
    forms_ |= kHasOurPath;
    type_ = static_cast<std::uint8_t>(layout.path->type);
    std::memcpy(end, &layout.path->content_id, kContentIdBytes);
  } else {
    WriteWithLength(fields.local_path, end);
  }
}

std::string PackedEntry::s3_url() const {
  const std::string_view tail(texts(), tail_bytes_);
  if (prefix_ == nullptr) return std::string(tail);
  return std::string(prefix_->text).append(tail);
}

bool PackedEntry::HasKey(std::string_view key) const {
  const std::string_view tail(texts(), tail_bytes_);
  const std::size_t prefix_bytes = prefix_ == nullptr ? 0 : prefix_->text.size();
  return key.size() == prefix_bytes + tail.size() && key.substr(prefix_bytes) == tail &&
         (prefix_ == nullptr || key.substr(0, prefix_bytes) == prefix_->text);
}

std::string_view PackedEntry::filename() const {
  const char* tail_end = texts() + tail_bytes_;
  return {(forms_ & kTailEndsInName) != 0 ? tail_end - filename_bytes_ : tail_end, filename_bytes_};
}

const char* PackedEntry::etag_bytes() const {
  return texts() + tail_bytes_ + ((forms_ & kTailEndsInName) != 0 ? 0 : filename_bytes_);
}

const char* PackedEntry::sha256_bytes() const { return etag_bytes() + etag_bytes_; }

std::string PackedEntry::etag() const {
  return UnpackText({etag_bytes(), etag_bytes_}, static_cast<TextForm>(forms_ & kEtagForm));
}

std::string PackedEntry::sha256() const {
  if ((forms_ & kHasSha256) != 0) return UnpackText({sha256_bytes(), kSha256Bytes}, TextForm::kHex);
  if ((forms_ & kHasOtherSha256) != 0) return std::string(ReadWithLength(sha256_bytes()));
  return {};
}

std::string PackedEntry::local_path() const {
  const char* bytes = sha256_bytes();
  if ((forms_ & kHasSha256) != 0) {
    bytes += kSha256Bytes;
  } else if ((forms_ & kHasOtherSha256) != 0) {
    bytes += SizeWithLength(ReadWithLength(bytes));
  }
  if ((forms_ & kHasOurPath) == 0) return std::string(ReadWithLength(bytes));
  ContentPath content{.content_id = 0, .type = static_cast<ImageType>(type_)};
  std::memcpy(&content.content_id, bytes, kContentIdBytes);
  const std::string_view actor_id = actor_->actor_id;
  std::string path;
  path.reserve(kLocalPathPrefix.size() + 2 * actor_id.size() + 2 * kContentIdBytes + 8);
  AppendContentPath(actor_id, content, path);
  return path;
}

}  // namespace image_cache
