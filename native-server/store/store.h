// The store: picture files on the local disk, the index that knows them, and manifest.json.
//
// Owned by main; thread-safe. Reading (Find, OpenImage, Stats) never waits for the disk's
// writers: the index in memory is guarded by a shared mutex that is held for a lookup only.
// Whatever changes the index runs on the store's one writer thread, which commits what has gathered
// as one SQLite transaction and then calls back; so "acknowledged" means "survives kill -9".
//
// Order of a write (design rule 1): temporary file beside its place → checked → rename → index
// commit → in memory (announced) → callback. Of a removal: out of memory → index commit → callback;
// the files are unlinked behind that, and their space counts as used until they are.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/base/system_files.h"
#include "native-server/base/unique_fd.h"
#include "native-server/contents/picture_head.h"
#include "native-server/store/health/health_report.h"
#include "native-server/store/session/opened_actor.h"
#include "native-server/store/space/room.h"
#include "native-server/store/store_stats.h"
#include "shared/keys/cache_key.h"
#include "shared/manifest/entry.h"
#include "shared/manifest/manifest.h"
#include "shared/paths/local_path.h"
#include "shared/result.h"

namespace image_cache {

class ChangeLog;
class SmallerPictures;

enum class StoreError {
  kNotFound,     // no such picture
  kNotWritable,  // the folder or a file in it cannot be made or written
  kInUse,        // another server has this folder
  kNewerFormat,  // the index was written by a newer version
  kTooLarge,     // the picture alone is over --max-size, --max-image-size or --max-image-pixels
  kFull,         // no space even after evicting all that may be evicted
  kNotAPicture,  // the bytes are not a picture of a known format
  kOff,          // the disk has failed again and again, and is not tried for now
  kIo,           // any other failure of the file system or the index
};

// What may be stored; those of StoreOptions until others are set.
struct StoreLimits {
  std::uint64_t max_size_bytes;
  std::uint64_t min_free_bytes;
  std::uint64_t min_free_inodes;
  std::uint64_t max_image_bytes;
  ContentRules contents;
};

struct StoreOptions {
  std::string cache_dir;  // made when it is missing (0700)
  std::uint64_t max_size_bytes = 10ULL << 30;
  std::uint64_t min_free_bytes = 1ULL << 30;
  std::uint64_t min_free_inodes = 1000;  // of a file system that says how many it has
  std::uint64_t max_image_bytes = 64ULL << 20;
  ContentRules contents;  // what may be in a picture
  // Opening removes what is without an entry or without a file, and then proves the youngest
  // pictures. Off for who wants to find all that.
  bool tidy_at_start = true;
  // How long a power loss may reach back: see Checkpointer.
  std::chrono::milliseconds checkpoint_interval{30'000};
  // How fast everything is read again and again, to find what a disk forgets. 0: not at all.
  std::uint64_t scrub_bytes_per_second = 0;
  bool records_openings = false;  // see OpenedActors
  S3Addressing addressing;
  // Whether it is kept when actors were opened last, for who compresses what is cold.
  bool keep_last_uses = false;
  // With more, the manifest's text is written to a file as it is read from the index: 15 MB here.
  std::size_t max_manifest_entries_in_memory = 32768;
  std::shared_ptr<FileSystem> files = std::make_shared<SystemFiles>();  // never null
};

// A picture opened beneath the images folder, without following links.
struct OpenedImage {
  UniqueFd fd;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_s = 0;  // since the Unix epoch
  ImageType type = ImageType::kJpeg;
  std::string etag;      // strong, with quotes; from the file name, which changes with the content
  std::string key = {};  // the cache key, also where this is a smaller one
  std::uint64_t object_id = 0;     // what its key is called in a trace: see ObjectId
  std::uint64_t object_bytes = 0;  // of the stored picture, also where this is a smaller one
  bool is_compressed = false;      // these bytes are lossless JPEG XL: `type` says so too
};

// The manifest as text at one revision; shared by all who ask while it is current. A large one lies
// in a file.
struct ManifestText {
  std::string json;  // empty when there is a file
  std::string etag;  // strong, with quotes; differs for every content, also over restarts
  std::uint64_t revision = 0;
  std::shared_ptr<const UniqueFd> file = nullptr;
  std::uint64_t file_bytes = 0;

  [[nodiscard]] std::uint64_t size_bytes() const { return file ? file_bytes : json.size(); }
};

// The manifest in its compact form at one revision; shared by all who ask while it is current.
struct ManifestSnapshot {
  std::shared_ptr<const std::string> bytes;  // never null
  std::string etag;                          // as above
  std::uint64_t revision = 0;
};

struct Removal {
  std::uint64_t removed = 0;
  std::uint64_t bytes_freed = 0;
};

// What is known of a picture besides its bytes, when it is published.
struct NewEntry {
  std::string key;       // cache key
  std::string actor_id;  // valid
  std::string filename;
  std::string etag;  // as the origin sent it
};

[[nodiscard]] Error<StoreError> ToStoreError(const Error<ContentError>& error);

// A picture that is being written. Owned by whoever downloads it, used by one thread at a time.
// Destroying it before it is published leaves nothing behind and gives its space back.
class PendingImage {
 public:
  virtual ~PendingImage() = default;
  // Errors: kTooLarge, kFull, kNotAPicture (as soon as the first bytes tell), kIo. After an error
  // the picture can only be destroyed.
  [[nodiscard]] virtual Result<void, StoreError> Append(std::span<const char> bytes) = 0;
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
  // What the bytes so far tell.
  [[nodiscard]] virtual const PictureHead& head() const = 0;
  // A descriptor to read what is written from, while it is written and afterwards, whatever becomes
  // of the picture. Errors: kIo.
  [[nodiscard]] virtual Result<UniqueFd, StoreError> OpenForReading() const = 0;
};

// Of one note that is kept with the index.
inline constexpr std::size_t kMaxNoteBytes = 64 << 10;

class Verification;

// How a picture lies on the disk (docs/compression.md).
enum class PictureForm {
  kOriginal,    // as it was downloaded
  kCompressed,  // as lossless JPEG XL
};

class Store {
 public:
  // Makes or opens the folder, takes its lock, loads the index. A broken index or manifest.json is
  // set aside under another name ("index.sqlite.broken-<time>"), logged, and the store starts
  // without. Errors: kNotWritable, kInUse, kNewerFormat, kIo.
  [[nodiscard]] static Result<std::unique_ptr<Store>, StoreError> Open(StoreOptions options,
                                                                       Clock& clock);
  virtual ~Store() = default;  // writes manifest.json, checkpoints the index, frees the lock

  // --- reading ---
  [[nodiscard]] virtual std::optional<Entry> Find(std::string_view key) const = 0;
  [[nodiscard]] virtual std::optional<Entry> FindByPath(const LocalPath& path) const = 0;
  // What may be in a picture.
  [[nodiscard]] virtual ContentRules contents() const = 0;
  [[nodiscard]] virtual std::uint64_t max_image_bytes() const = 0;
  // In the form that it is stored in. Errors: kNotFound, kOff, kIo. A file that is not in the index
  // (or no longer) is kNotFound, and so is an SVG while the rules take none.
  [[nodiscard]] virtual Result<OpenedImage, StoreError> OpenImage(const LocalPath& path) = 0;
  // Grows after pictures were taken away or replaced, and before anybody is told that they were.
  // Who keeps a picture open asks this, one atomic read, before serving it again; when it has
  // changed, Holds says of each picture whether it is still to be served. Read it before OpenImage.
  [[nodiscard]] virtual std::uint64_t removals() const = 0;
  // Whether the index has the picture, without a look at the disk.
  [[nodiscard]] virtual bool Holds(const LocalPath& path) const = 0;
  // Whether OpenImage would find it.
  [[nodiscard]] virtual bool Exists(const LocalPath& path) = 0;
  // These two notice that the whole folder was removed, and then wait until it is made anew.
  // Throws std::runtime_error when a large one cannot be written.
  [[nodiscard]] virtual std::shared_ptr<const ManifestText> ManifestJson() = 0;
  // The tag that ManifestJson would have, at once and without making it; empty while the folder is
  // removed.
  [[nodiscard]] virtual std::string ManifestEtag() = 0;
  // The same in its compact form; see SnapshotKeeper. The tag tells nothing of a removed folder.
  [[nodiscard]] virtual std::shared_ptr<const ManifestSnapshot> Snapshot() = 0;
  [[nodiscard]] virtual std::string SnapshotEtag() = 0;
  [[nodiscard]] virtual ManifestText ActorManifest(std::string_view actor_id) = 0;
  // What has changed lately. That the folder was removed is told when it is made anew.
  [[nodiscard]] virtual ChangeLog& changes() = 0;
  // The folder was removed, and is to be made anew by the next who needs it.
  [[nodiscard]] virtual bool IsRemoved() const = 0;
  virtual void StartOverIfRemoved() = 0;  // waits until that is done
  // The entries of one actor, in no order. REQUIRES: `visit` is quick and asks the store nothing:
  // it is called under the index's lock.
  virtual void VisitActor(std::string_view actor_id,
                          const std::function<void(const Entry&)>& visit) const = 0;
  // Of a folder that was removed: nothing, without waiting.
  [[nodiscard]] virtual StoreStats Stats() = 0;
  // The same with an empty list of actors: costs the same however many there are.
  [[nodiscard]] virtual StoreStats StatsWithoutActors() = 0;

  // What was made of the stored pictures.
  [[nodiscard]] virtual SmallerPictures& smaller() = 0;

  // The newest first; none that was cleared in that run.
  [[nodiscard]] virtual std::vector<OpenedActor> OpenedInLastRun() const = 0;

  // --- writing ---
  // Reserves space for `expected_bytes` (0: unknown, more is reserved as it grows), evicting whole
  // actors when --max-size asks for it and `room` allows it (eviction_policy.h). While the store is
  // not healthy, fails at once. Errors: kTooLarge, kFull, kNotWritable, kIo.
  [[nodiscard]] virtual Result<std::unique_ptr<PendingImage>, StoreError> Begin(
      const std::string& actor_id, std::uint64_t expected_bytes, Room room = Room::kByEvicting) = 0;

  // Callbacks run on the store's writer thread and must be quick (post elsewhere what is not).
  using PublishCallback = std::function<void(Result<Entry, StoreError>)>;
  using RemovalCallback = std::function<void(Result<Removal, StoreError>)>;
  virtual void Publish(std::unique_ptr<PendingImage> image, NewEntry entry,
                       PublishCallback done) = 0;
  virtual void Remove(std::string key, RemovalCallback done) = 0;
  virtual void ClearActor(std::string actor_id, RemovalCallback done) = 0;
  virtual void ClearAll(RemovalCallback done) = 0;

  // --- the form of what is stored; the entry, and all that is told of it, stays the same ---
  // JPEGs that are stored as they were downloaded, with their hash, before `since_ms`, of an actor
  // that nobody has opened since then. Nothing without StoreOptions::keep_last_uses.
  [[nodiscard]] virtual std::vector<std::string> ColdActors(std::int64_t since_ms) = 0;
  [[nodiscard]] virtual std::vector<Entry> ColdJpegs(std::string_view actor_id,
                                                     std::int64_t since_ms) = 0;
  // For the other form of a picture. For kCompressed nobody is evicted. Errors: as Begin.
  [[nodiscard]] virtual Result<std::unique_ptr<PendingImage>, StoreError> BeginForm(
      const Entry& entry, PictureForm form, std::uint64_t size_bytes) = 0;
  // Puts `image` in the place of what lies on the disk for the entry. Waits until that is so; not
  // from a callback. Errors: kNotFound (another entry has its place, or it has that form already),
  // kNotAPicture (not the original's bytes), kNotWritable, kFull, kIo.
  [[nodiscard]] virtual Result<void, StoreError> ChangeForm(
      const Entry& entry, PictureForm form, std::unique_ptr<PendingImage> image) = 0;
  // Removes a picture whose compressed file does not give the original's bytes, if it is that
  // still.
  virtual void DropBroken(const Entry& entry) = 0;
  // Compares a picture's file with what it is to be, and removes the picture if it is damaged;
  // whether it did. Reads all of it.
  [[nodiscard]] virtual bool DropDamaged(const Entry& entry) = 0;

  // Evicts until the limits hold, which may be tighter than in the last run. Opening alone evicts
  // nothing: not everybody who opens a folder was told its limits. Logs when they cannot hold.
  virtual void FitLimits() = 0;
  // From now on these hold; what is being downloaded is held to the old ones. FitLimits evicts what
  // they leave no room for.
  virtual void SetLimits(const StoreLimits& limits) = 0;

  // --- looking after itself ---
  [[nodiscard]] virtual StoreHealthReport Health() const = 0;
  // Comparing the entries with the files, while the store works.
  [[nodiscard]] virtual Verification& verification() = 0;

  // --- advice ---
  // Somebody looks at this actor, or goes on looking (see OpeningDetector): cheap enough to say
  // with every picture.
  virtual void NoteOpened(std::string_view actor_id) = 0;
  // Who is told of each opening, on the thread that noted it, which waits: quick. Null: nobody.
  // When it returns, who was told before is told no more.
  virtual void set_when_opened(std::function<void(std::string_view)> when_opened) = 0;
  // `picture`, one of this actor's that OpenImage gave, is shared by whoever keeps it open and the
  // answers that are sending it. While there is such an answer the actor is not evicted.
  virtual void WatchReaders(std::string_view actor_id, std::weak_ptr<const void> picture) = 0;
  // A small state of another part of the program, kept with the index under a name: it survives the
  // process, and a folder that is removed takes it along. Nothing when there is none, or it cannot
  // be read. The eviction policy's own name is taken.
  [[nodiscard]] virtual std::optional<std::string> LoadNote(std::string_view name) = 0;
  // Behind whatever waits already; one that cannot be written is logged. REQUIRES: one caller for
  // each name, which saves no more than once a second, and no more than kMaxNoteBytes.
  virtual void SaveNote(std::string name, std::string content) = 0;
  // The address of the running server, kept in the lock file so that the other subcommands find it.
  virtual void AnnounceServer(std::string_view url) = 0;
};

// The URL that the server which holds this folder's lock has announced; nothing when none runs.
[[nodiscard]] std::optional<std::string> FindRunningServer(const std::string& cache_dir);

// What a folder holds by its index, read without taking part in it: nothing is made, locked or
// changed, whoever has the folder. No folder, or one without an index, holds nothing. Limits and
// evictions are its owner's to tell and stay 0. Errors: kNewerFormat, kIo.
[[nodiscard]] Result<StoreStats, StoreError> ReadStats(const std::string& cache_dir);

}  // namespace image_cache
