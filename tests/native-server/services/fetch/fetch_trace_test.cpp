// What a trace tells of fetches.

#include <tuple>
#include <vector>

#include "native-server/replay/trace_reader.h"
#include "shared/keys/object_id.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/replay/trace_file.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Row = std::tuple<std::uint64_t, std::uint64_t, std::string, bool>;

class FetchTraceTest : public FetchTest {
 protected:
  void SetUp() override {
    FetchTest::SetUp();
    trace_ = *TraceWriter::Open(file_.path(), clock);
    StartFetching();
  }
  void TearDown() override { End(); }

  void StartFetching() {
    fetcher = std::make_unique<FetchService>(*store, *downloader, policy, S3Addressing{}, clock,
                                             FetchWatchers{.trace = trace_.get()});
  }
  void Open(const std::string& name) {
    const std::string url = KeyOf(name);
    fetcher->Open(url,
                  {.s3_url = url, .actor_id = "0001", .filename = {}, .urgency = Urgency::kDemand},
                  [](const auto&) {});
  }
  void End() {
    fetcher.reset();
    downloader.reset();
    store.reset();
    trace_.reset();
  }
  // Ends everything.
  std::vector<Row> Rows() {
    EXPECT_TRUE(Eventually([this] { return fetcher->Stats().in_flight == 0; }));
    End();
    auto reader = TraceReader::Open(file_.path());
    std::vector<Row> rows;
    TraceRow row;
    while (reader->Next(row).value()) {
      rows.emplace_back(row.id, row.size_bytes, std::string(row.actor_id), row.is_prefetch);
    }
    return rows;
  }
  static Row RowOf(const std::string& name, std::uint64_t size_bytes, bool is_prefetch) {
    return {ObjectId(KeyOf(name)), size_bytes, "0001", is_prefetch};
  }

  TraceFile file_{""};
  std::unique_ptr<TraceWriter> trace_;
};

TEST_F(FetchTraceTest, HasWhatWasPrefetchedAlsoWhenItWasThere) {
  auto first = Fetch(KeyOf("a.jpg"), Urgency::kLow);
  downloader->Deliver(1, Jpeg(1000));
  ASSERT_TRUE(first.get());
  ASSERT_TRUE(Fetch(KeyOf("a.jpg"), Urgency::kNormal).get());
  EXPECT_THAT(Rows(), ElementsAre(RowOf("a.jpg", 1000, true), RowOf("a.jpg", 1000, true)));
}

TEST_F(FetchTraceTest, TakesAnUrgentPrefetchThatBringsSomethingForADemand) {
  auto first = Fetch(KeyOf("a.jpg"), Urgency::kHigh);
  downloader->Deliver(1, Jpeg(1000));
  ASSERT_TRUE(first.get());
  ASSERT_TRUE(Fetch(KeyOf("a.jpg"), Urgency::kHigh).get()) << "it is asked for by itself";
  EXPECT_THAT(Rows(), ElementsAre(RowOf("a.jpg", 1000, false)));
}

TEST_F(FetchTraceTest, HasEachWhoFollowsADownloadBeforeThePrefetchThatStartedIt) {
  auto prefetch = Fetch(KeyOf("a.jpg"), Urgency::kLow);
  Open("a.jpg");
  DownloadSink& sink = downloader->SinkOf(1);
  ASSERT_TRUE(sink.OnHead({.content_length = 5000, .etag = {}, .content_type = {}}));
  ASSERT_TRUE(sink.OnBytes(Jpeg(5000).substr(0, 1000)));
  Open("a.jpg");
  ASSERT_TRUE(sink.OnBytes(Jpeg(5000).substr(1000)));
  downloader->Finish(1);
  ASSERT_TRUE(prefetch.get());
  EXPECT_THAT(Rows(), ElementsAre(RowOf("a.jpg", 5000, false), RowOf("a.jpg", 5000, false),
                                  RowOf("a.jpg", 5000, true)));
}

TEST_F(FetchTraceTest, HasWhatIsPassedOnWithoutBeingStored) {
  constexpr std::uint64_t kEverything = std::uint64_t{1} << 60;
  fetcher.reset();
  options.min_free_bytes = kEverything;
  Reopen();
  StartFetching();
  Open("a.jpg");
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_FALSE(store->Find(KeyOf("a.jpg")));
  EXPECT_THAT(Rows(), ElementsAre(RowOf("a.jpg", 1000, false)));
}

TEST_F(FetchTraceTest, HasNeitherFailuresNorRevalidationsNorWhatIsStored) {
  const Entry stored = Publish(KeyOf("a.jpg"), "0001", Jpeg(1000));
  Open("a.jpg");  // whoever asks for it is answered as for any stored picture, and noted there
  Open("b.jpg");
  downloader->Fail(1, OriginError::kTruncated, Jpeg(5000));
  fetcher->Fetch(
      {.s3_url = KeyOf("a.jpg"), .actor_id = "0001", .filename = "a.jpg", .known_etag = "\"old\""},
      [](const FetchOutcome&) {});
  downloader->Deliver(2, Jpeg(2000));
  EXPECT_THAT(Rows(), IsEmpty());
}

}  // namespace
}  // namespace image_cache::testing
