// Compressing what is cold and turning back what is opened, on a real store and with the worker's
// own functions.

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <vector>

#include "native-server/services/compression/compressor.h"
#include "native-server/services/compression/memory_file.h"
#include "native-server/services/compression/restoring.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/compression/in_process_codec.h"
#include "tests/native-server/store/store_fixture.h"
#include "tests/native-server/worker/test_jpeg.h"

namespace image_cache::testing {
namespace {

using Outcome = Result<RestoredPtr, RestoreError>;

constexpr std::chrono::milliseconds kColdAfter{5'000};

class CompressionTest : public StoreTest {
 protected:
  CompressionTest() {
    options.keep_last_uses = true;
    const PictureBytes jpeg = NoisyJpeg(256, 192);
    original.assign(jpeg.begin(), jpeg.end());
    Open();
    entry = Publish(KeyOf("a"), "cold", original);
    clock.Advance(2 * kColdAfter.count());
  }

  void StartCompressor() {
    compressor.emplace(*store, codec, clock,
                       CompressorOptions{.cold_after = kColdAfter, .share_percent = 100}, [this] {
                         ++looks;
                         return is_disturbed.load();
                       });
  }
  void Compress() {
    StartCompressor();
    ASSERT_TRUE(Eventually([this] { return store->Stats().compressed.entries == 1; }));
    compressor.reset();
    AwaitUnlinking();
  }

  [[nodiscard]] LocalPath Path() const { return *LocalPath::Parse(entry.local_path); }
  // What it calls back with; what has not called back yet is not in it.
  std::shared_ptr<std::vector<Outcome>> Ask(Restoring& restoring, int times = 1) {
    auto outcomes = std::make_shared<std::vector<Outcome>>();
    for (int i = 0; i < times; ++i) {
      restoring.Restore(Path(),
                        [outcomes](const Outcome& outcome) { outcomes->push_back(outcome); });
    }
    return outcomes;
  }
  [[nodiscard]] static std::string BytesOf(const RestoredPicture& picture) {
    std::string bytes;
    EXPECT_TRUE(ReadPieces(picture.fd, picture.size_bytes, [&bytes](std::string_view piece) {
      bytes += piece;
      return true;
    }));
    return bytes;
  }

  std::string original;
  Entry entry;
  InProcessCodec codec;
  std::atomic<bool> is_disturbed{false};
  std::atomic<int> looks{0};
  std::optional<Compressor> compressor;
};

TEST_F(CompressionTest, WhatIsColdBecomesSmallerAndComesBackAsItWas) {
  Compress();
  EXPECT_LT(store->Stats().compressed.stored_bytes, original.size());
  Restoring restoring(*store, codec);
  const auto outcomes = Ask(restoring);
  ASSERT_EQ(outcomes->size(), 1U);
  ASSERT_TRUE(outcomes->front());
  EXPECT_EQ(BytesOf(*outcomes->front().value()), original);
  EXPECT_TRUE(Eventually([&] { return restoring.Stats().stored == 1; }));
  EXPECT_EQ(Serve(entry.local_path), original);
}

TEST_F(CompressionTest, WhoHasWrittenAPictureCannotChangeItAnyMore) {
  Compress();
  Restoring restoring(*store, codec);
  const auto outcomes = Ask(restoring);
  ASSERT_EQ(outcomes->size(), 1U);
  ASSERT_TRUE(outcomes->front());
  const RestoredPicture& picture = *outcomes->front().value();
  // What the codec was lent is another descriptor of the same.
  const UniqueFd lent = picture.Duplicate();
  EXPECT_EQ(::pwrite(lent.get(), "x", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(lent.get(), 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(BytesOf(picture), original);
}

TEST_F(CompressionTest, ItIsTurnedBackOnceHoweverManyAsk) {
  Compress();
  Restoring restoring(*store, codec);
  codec.Hold();
  const std::size_t before = codec.runs();
  const auto outcomes = Ask(restoring, 5);
  EXPECT_TRUE(restoring.IsAwaited());
  EXPECT_EQ(codec.runs(), before + 1);
  codec.Release();
  ASSERT_EQ(outcomes->size(), 5U);
  for (const Outcome& outcome : *outcomes) EXPECT_EQ(BytesOf(*outcome.value()), original);
  EXPECT_FALSE(restoring.IsAwaited());
}

TEST_F(CompressionTest, WhatDoesNotComeBackIsDropped) {
  Compress();
  Restoring restoring(*store, codec);
  codec.FailWith(CodecError::kRefused);
  EXPECT_EQ(Ask(restoring)->front().error().code, RestoreError::kNotFound);
  EXPECT_FALSE(store->Find(entry.s3_url));
}

TEST_F(CompressionTest, WhatAProcessIsLostOverIsDroppedOnlyWhenItIsDamaged) {
  Compress();
  Restoring restoring(*store, codec);
  codec.FailWith(CodecError::kLost);
  EXPECT_EQ(Ask(restoring)->front().error().code, RestoreError::kFailed);
  EXPECT_TRUE(store->Find(entry.s3_url));
  EXPECT_EQ(restoring.Stats().broken, 0U);

  const auto files = FilesBeneath(cache_dir / "images");
  ASSERT_EQ(files.size(), 1U);
  std::fstream(cache_dir / "images" / files.front(), std::ios::in | std::ios::out)
      .seekp(100)
      .write("damaged", 7);
  EXPECT_EQ(Ask(restoring)->front().error().code, RestoreError::kNotFound);
  EXPECT_FALSE(store->Find(entry.s3_url));
  EXPECT_EQ(restoring.Stats().broken, 1U);
}

TEST_F(CompressionTest, WhatOnlyFailsIsKept) {
  Compress();
  Restoring restoring(*store, codec);
  codec.FailWith(CodecError::kFailed);
  EXPECT_EQ(Ask(restoring)->front().error().code, RestoreError::kFailed);
  EXPECT_TRUE(store->Find(entry.s3_url));
}

TEST_F(CompressionTest, MoreThanTheMemoryForItIsRefusedUntilWhatIsSentIsGone) {
  Compress();
  Restoring restoring(*store, codec, original.size());
  auto outcomes = Ask(restoring);
  const RestoredPtr sent = outcomes->front().value();
  outcomes.reset();
  ASSERT_TRUE(Eventually([&] { return restoring.Stats().running == 0; }));
  Compress();
  EXPECT_EQ(restoring.Stats().bytes, original.size());
  EXPECT_EQ(Ask(restoring)->front().error().code, RestoreError::kBusy);
}

TEST_F(CompressionTest, NothingIsCompressedWhileSomebodyWaits) {
  is_disturbed = true;
  StartCompressor();
  ASSERT_TRUE(Eventually([this] { return looks >= 3; }));
  EXPECT_EQ(codec.runs(), 0U);
  is_disturbed = false;
  ASSERT_TRUE(Eventually([this] { return store->Stats().compressed.entries == 1; }));
}

TEST_F(CompressionTest, WhatIsOpenedMeanwhileStaysAsItIs) {
  codec.Hold();
  StartCompressor();
  ASSERT_TRUE(Eventually([this] { return codec.waiting() == 1; }));
  store->NoteOpened("cold");
  codec.Release();
  ASSERT_TRUE(Eventually([this] { return compressor->Stats().failed == 1; }));
  EXPECT_EQ(store->Stats().compressed.entries, 0U);
  EXPECT_EQ(Serve(entry.local_path), original);
}

TEST_F(CompressionTest, WhatGetsNoSmallerIsTriedOnce) {
  codec.FailWith(CodecError::kRefused);
  StartCompressor();
  ASSERT_TRUE(Eventually([this] { return compressor->Stats().refused == 1; }));
  // The next picture is of a later round.
  (void)Publish(KeyOf("b"), "cold", Jpeg(20'000));
  clock.Advance(2 * kColdAfter.count());
  ASSERT_TRUE(Eventually([this] { return compressor->Stats().refused == 2; }));
  EXPECT_EQ(codec.runs(), 2U);
  EXPECT_EQ(Serve(entry.local_path), original);
}

}  // namespace
}  // namespace image_cache::testing
