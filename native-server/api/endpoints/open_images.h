// The pictures that one thread keeps open, so that serving one again takes no lock, no look at the
// index and no open(2), and a small one not even its file.
//
// Owned by the ImageEndpoint, one for each thread of the server, and used by that thread alone;
// only Stats is for any thread. Bounded in pictures (a descriptor each) and in bytes: what was not
// asked for the longest goes first.
//
// A picture's file never changes, so only its end has to be noticed. What the store removes or
// replaces is not served any more from that moment on: the store's count of removals, one atomic
// read, says when to ask it again. What somebody else removes from the folder is noticed within
// kCheckInterval by the file's count of links.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "native-server/base/clock.h"
#include "native-server/http/files/served_file.h"
#include "native-server/services/monitoring/origin_times.h"
#include "native-server/store/store.h"

namespace image_cache {

struct OpenImagesLimits {
  std::size_t images = 1024;
  std::uint64_t bytes = 64ULL << 20;                  // of pictures that are kept in memory
  std::uint64_t image_in_memory_bytes = 64ULL << 10;  // larger ones are sent from their files
};

// A picture as it is answered with.
struct OpenPicture {
  LocalPath path;
  std::shared_ptr<ServedFile> file;
  // What it would have taken its origin; null when it did not come from there as it is.
  const OriginCost* cost = nullptr;
  std::uint64_t object_id = 0;  // see OpenedImage; so is this
  std::uint64_t object_bytes = 0;
  bool is_compressed = false;  // see OpenedImage; such a picture is not kept
};

struct OpenImagesStats {
  std::size_t images = 0;
  std::uint64_t bytes = 0;  // in memory
  OpenImagesLimits limits;
};

class OpenImages {
 public:
  static constexpr std::chrono::milliseconds kCheckInterval{100};

  // `store` and `clock` outlive this.
  OpenImages(Store& store, const Clock& clock, const OpenImagesLimits& limits)
      : store_(store), clock_(clock), limits_(limits) {}

  // The picture that is kept under this name, which may be any spelling of its path; null when none
  // is, or when it was removed. Tells the store now and then that its actor is looked at. Valid
  // until the next call.
  [[nodiscard]] const OpenPicture* Find(std::string_view name);

  // Keeps it, in place of what was kept under the name.
  // `removals` is what the store had counted before it opened the picture.
  void Keep(std::string_view name, OpenPicture picture, std::uint64_t removals);

  // Lets go of all.
  void Clear();

  // Lets go of the pictures that are gone: the disk has their space back only then.
  void Sweep();

  [[nodiscard]] OpenImagesStats Stats() const {
    return {.images = count_, .bytes = bytes_, .limits = limits_};
  }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Image {
    std::string name;
    OpenPicture picture;
    std::uint64_t removals;  // the store's count when it had the picture
    TimePoint checked;       // when the file was there
  };
  using Images = std::list<Image>;  // the one that was asked for last is first

  [[nodiscard]] bool IsStillThere(Image& image, TimePoint now);
  // Before a picture that is asked for again and again is sent from memory, it is read.
  void TakeIntoMemory(ServedFile& file);
  Images::iterator Drop(Images::iterator image);

  Store& store_;
  const Clock& clock_;
  const OpenImagesLimits limits_;
  Images images_;
  std::unordered_map<std::string_view, Images::iterator> by_name_;  // views of the names above
  std::atomic<std::size_t> count_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace image_cache
