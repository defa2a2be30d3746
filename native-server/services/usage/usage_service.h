// Learns which actor people open after which, says who is probably opened next, and, when it may,
// fetches the first pictures of those while nothing else is wanted.
//
// Owned by main; thread-safe. It learns on a thread of its own: who opens an actor waits for
// nothing. What it has learnt is kept with the index, as often as every few seconds, and a clean
// stop keeps all of it. What it is made of outlives it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/sync/quiet_fetches.h"
#include "native-server/services/tally.h"
#include "native-server/services/usage/first_pictures.h"
#include "native-server/store/store.h"
#include "shared/usage/usage_model.h"

namespace image_cache {

struct UsageStats {
  bool learns = false;
  bool fetches = false;
  std::uint64_t openings = 0;
  std::size_t actors = 0, model_bytes = 0;
  std::uint64_t missed_openings = 0;  // came while too many waited
  // Of what was fetched because of a guess, since the start.
  std::uint64_t fetched_pictures = 0, fetched_bytes = 0, failed_pictures = 0;
  std::uint64_t guessed_actors = 0;  // of which something was fetched
  std::uint64_t opened_actors = 0;   // of those, opened afterwards
};

struct UsagePrediction {
  std::string after;  // the actor that is open; empty when that is not known
  std::vector<UsageGuess> guesses;
};

class UsageService {
 public:
  enum class Mode { kOff, kLearn, kFetch };

  // Its model as it is written takes no more than a note of the index may have.
  static constexpr std::size_t kMaxActors = 1000;
  static constexpr std::size_t kMaxPicturesBytes = kMaxNoteBytes;
  // Openings that wait to be learnt from.
  static constexpr std::size_t kMaxWaiting = 256;
  // What is fetched: guesses that come true often enough, and no more actors than a person may
  // choose from.
  static constexpr double kFetchFrom = 0.3;
  static constexpr std::size_t kActorsAtOnce = 3;
  // Of whom the first pictures are fetched when the server starts.
  static constexpr std::size_t kActorsAtStart = 32;

  UsageService(Mode mode, Store& store, FetchService& fetcher, const Downloader& downloader,
               const S3Addressing& addressing, const Clock& clock);
  ~UsageService();  // stops it

  [[nodiscard]] Mode mode() const { return mode_; }

  // The server is ready: what people open comes from now on. Once.
  void Begin();
  // What is fetched because of a guess is given up; what was learnt is kept.
  void Stop();

  // Who is opened next after that one, or after the one that is open.
  [[nodiscard]] UsagePrediction Predict(std::optional<std::string_view> after,
                                        std::size_t most) const;
  // What somebody opens who comes anew, the most probable first, with the pictures that each shows
  // first; without those of whom none is known.
  [[nodiscard]] std::vector<OpenedActor> Likely(std::size_t most) const;
  // The actor was cleared: it is not to come back by a guess. An empty id stands for all.
  void ForgetPictures(std::string_view actor_id);
  // Everything that was learnt, from the disk as well. Returns of how many actors.
  std::size_t Forget();

  [[nodiscard]] UsageStats Stats() const;

 private:
  struct Opening {
    std::string actor_id;
    std::int64_t at_ms;
  };
  void Load();
  void Save();
  void NoteOpened(std::string_view actor_id);
  void Run();
  void Learn(const Opening& opening);
  void HearOfActors();
  void LookAtPictures(const std::string& actor_id);
  // False when somebody wants something.
  [[nodiscard]] bool IsIdle() const;
  void FetchGuesses();
  [[nodiscard]] bool FetchFirstPictures(const std::string& actor_id, QuietFetches& fetches);

  const Mode mode_;
  Store& store_;
  FetchService& fetcher_;
  const Downloader& downloader_;
  const S3Addressing& addressing_;
  const Clock& clock_;
  const std::shared_ptr<Tally<UsageStats>> tally_;  // shared with the callbacks

  mutable std::mutex model_mutex_;
  UsageModel model_{kMaxActors};               // guarded by model_mutex_
  FirstPictures pictures_{kMaxPicturesBytes};  // guarded by model_mutex_
  bool changed_ = false;                       // since it was saved; guarded by model_mutex_

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Opening> waiting_;       // guarded by mutex_
  QuietFetches* fetching_ = nullptr;  // that runs; guarded by mutex_
  bool stopping_ = false;             // guarded by mutex_

  std::unordered_set<std::string> guessed_;  // not opened yet; the thread's own
  std::string open_actor_;                   // the thread's own
  std::thread thread_;                       // from Begin on
};

}  // namespace image_cache
