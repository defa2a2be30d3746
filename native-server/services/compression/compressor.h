// Makes cold pictures smaller: JPEGs of actors that nobody has opened for a while become lossless
// JPEG XL, one at a time, in idle time and with a bounded share of the processor.
//
// Owned by main; thread-safe. Nothing is replaced before what comes back was compared with the
// entry's hash. Bound (design rule 8): of pictures that are not worth it kMaxRefused are
// remembered, 8 bytes each; then they are tried anew.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "native-server/base/clock.h"
#include "native-server/services/compression/picture_codec.h"
#include "native-server/store/store.h"

namespace image_cache {

struct CompressorOptions {
  std::chrono::milliseconds cold_after{0};
  unsigned share_percent = 10;  // of one core
};

struct CompressorStats {
  std::uint64_t compressed = 0;
  std::uint64_t saved_bytes = 0;  // by these, when they were compressed
  std::uint64_t refused = 0;      // saves too little, or does not come back byte for byte
  std::uint64_t failed = 0;       // tried again later
  std::uint64_t cpu_us = 0;
};

class Compressor {
 public:
  // Less than a twentieth is not worth turning it back.
  static constexpr std::uint64_t kLeastSaving = 20;
  static constexpr std::size_t kMaxRefused = 65536;
  static constexpr std::chrono::milliseconds kLongestRest{60'000};

  // `is_disturbed`: whether somebody waits for what this would hold up. All outlive this.
  Compressor(Store& store, PictureCodec& codec, const Clock& clock,
             const CompressorOptions& options, std::function<bool()> is_disturbed);
  // Waits for the picture that is being compressed.
  ~Compressor();

  [[nodiscard]] CompressorStats Stats() const;

 private:
  enum class Outcome { kDone, kRefused, kFailed, kNoRoom };

  void Run();
  // False when it is of no use to go on before the next round.
  [[nodiscard]] bool CompressActor(const std::string& actor_id, std::int64_t since_ms);
  [[nodiscard]] Outcome Compress(const Entry& entry, std::int64_t since_ms, std::uint64_t& cpu_us);
  [[nodiscard]] Result<CodecAnswer, CodecError> RunCodec(CodecJob job);
  void Note(Outcome outcome, std::uint64_t cpu_us);
  // False once it is to stop.
  [[nodiscard]] bool Rest(std::chrono::microseconds duration);
  [[nodiscard]] bool AwaitCalm();

  Store& store_;
  PictureCodec& codec_;
  const Clock& clock_;
  const CompressorOptions options_;
  const std::function<bool()> is_disturbed_;
  std::unordered_set<std::size_t> refused_;  // the thread's; hashes of local paths

  mutable std::mutex mutex_;
  std::condition_variable stop_;
  CompressorStats stats_;  // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses all of the above
};

}  // namespace image_cache
