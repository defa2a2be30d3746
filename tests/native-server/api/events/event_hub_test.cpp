// The hub over a real store, with readers that ask as sockets do.
#include "native-server/api/events/event_hub.h"

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "native-server/services/prefetch/prefetch_service.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// A page: takes what its queue has whenever it is woken.
class Page {
 public:
  Page(EventHub& hub, EventKinds kinds = EventKinds::All()) : source_(hub.Listen(kinds)) {
    source_->Open([this] { Wake(); });
  }
  ~Page() { source_->Close(); }

  // The next message; waits for it.
  json Read() {
    for (;;) {
      if (const auto text = source_->Next()) return json::parse(*text);
      std::unique_lock lock(mutex_);
      woken_.wait(lock, [this] { return is_woken_; });
      is_woken_ = false;
    }
  }
  json ReadOf(const std::string& type) {
    for (;;) {
      json message = Read();
      if (message["type"] == type) return message;
    }
  }

 private:
  void Wake() {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    woken_.notify_one();
  }

  std::shared_ptr<MessageSource> source_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_woken_ = false;  // guarded by mutex_
};

EventKinds Only(EventKind kind) {
  EventKinds kinds;
  kinds.Add(kind);
  return kinds;
}

class EventHubTest : public FetchTest {
 protected:
  void MakeHub(EventQueueLimits limits = {}) {
    hub = std::make_unique<EventHub>(
        store->changes(), prefetches,
        [this] {
          Overview overview;
          overview.serving.hits = hits;
          return overview;
        },
        limits, EventPace{.progress = milliseconds(1), .stats = milliseconds(1)});
  }

  RunningPrefetches prefetches;
  std::atomic<std::uint64_t> hits = 1;
  std::unique_ptr<EventHub> hub;
};

TEST_F(EventHubTest, GreetsWithTheRevisionThatItGoesOnFrom) {
  Publish(KeyOf("before.jpg"), "0001", Jpeg(1000));
  MakeHub();
  Page page(*hub, Only(EventKind::kChanges));
  const json hello = page.Read();
  EXPECT_EQ(hello["type"], "hello");
  EXPECT_EQ(hello["epoch"], store->changes().epoch());
  EXPECT_EQ(hello["revision"], store->changes().revision());
  EXPECT_EQ(hello["server"], IMAGE_CACHE_VERSION);

  const Entry entry = Publish(KeyOf("a.jpg"), "0001", Jpeg(2000));
  const json changes = page.Read();
  EXPECT_EQ(changes["type"], "changes");
  EXPECT_EQ(changes["since"], hello["revision"]);
  EXPECT_EQ(changes["revision"], store->changes().revision());
  EXPECT_EQ(changes["changes"][0]["put"][0]["local_path"], entry.local_path);
}

TEST_F(EventHubTest, TellsOneChangedEntryInLessThanThreeHundredBytes) {
  const std::string url =
      "https://training-images.s3.eu-central-1.amazonaws.com/0001/european_016.jpg";
  ASSERT_EQ(url.size(), 75U);
  MakeHub();
  const auto source = hub->Listen(Only(EventKind::kChanges));
  source->Open([] {});
  ASSERT_TRUE(Eventually([&] { return source->Next() != nullptr; }));  // the greeting
  Publish(url, "0001", Jpeg(328059));
  std::shared_ptr<const std::string> text;
  ASSERT_TRUE(Eventually([&] { return (text = source->Next()) != nullptr; }));
  EXPECT_NE(text->find(url), std::string::npos);
  constexpr std::size_t kFrameHeadBytes = 4;
  EXPECT_LT(text->size() + kFrameHeadBytes, 300U) << *text;
}

// What each page is told leads from its greeting to the end without a hole, whatever the load.
TEST_F(EventHubTest, TellsEveryPageEveryRevisionInOrder) {
  constexpr int kPages = 10;
  constexpr std::size_t kPublications = 1000;
  MakeHub({.messages = 10'000, .bytes = 64 << 20});  // none is too slow, however busy the machine
  std::vector<std::thread> readers;
  std::atomic<int> greeted = 0;
  for (int i = 0; i < kPages; ++i) {
    readers.emplace_back([&] {
      Page page(*hub, Only(EventKind::kChanges));
      std::uint64_t revision = page.Read()["revision"];
      ++greeted;
      std::size_t puts = 0;
      for (bool is_over = false; !is_over;) {
        const json changes = page.Read();
        ASSERT_EQ(changes["type"], "changes") << changes;
        EXPECT_EQ(changes["since"], revision);
        revision = changes["revision"];
        for (const json& change : changes["changes"]) {
          puts += change.value("put", json::array()).size();
          is_over = is_over || change.contains("removed_all");
        }
      }
      EXPECT_EQ(puts, kPublications);
    });
  }
  EXPECT_TRUE(Eventually([&] { return greeted == kPages; }));
  const std::string picture = Jpeg(100);
  for (std::size_t i = 0; i < kPublications; ++i) {
    Publish(KeyOf(std::to_string(i) + ".jpg"), "0001", picture);
  }
  EXPECT_TRUE(ClearAll());
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(hub->Stats().gaps, 0U);
}

TEST_F(EventHubTest, LosesNothingForAPageThatJoinsMeanwhile) {
  MakeHub();
  std::atomic<bool> is_over = false;
  std::thread writer([&] {
    for (int i = 0; !is_over; ++i) Publish(KeyOf(std::to_string(i) + ".jpg"), "0001", Jpeg(100));
  });
  for (int joins = 0; joins < 50; ++joins) {
    Page page(*hub, Only(EventKind::kChanges));
    const json hello = page.Read();
    EXPECT_EQ(page.Read()["since"], hello["revision"]);
  }
  is_over = true;
  writer.join();
}

TEST_F(EventHubTest, TellsAPageThatReadsTooSlowlyOfAGapAndGoesOn) {
  MakeHub({.messages = 3, .bytes = 100'000});
  const auto slow = hub->Listen(Only(EventKind::kChanges));
  slow->Open([] {});
  // Until there is one: the hub joins commits that it finds together into one message.
  ASSERT_TRUE(Eventually([&, i = 0]() mutable {
    Publish(KeyOf(std::to_string(++i) + ".jpg"), "0001", Jpeg(100));
    return hub->Stats().gaps > 0;
  }));
  Page quick(*hub, Only(EventKind::kChanges));
  EXPECT_EQ(quick.Read()["revision"], store->changes().revision());

  EXPECT_EQ(json::parse(*slow->Next())["type"], "hello");
  const json gap = json::parse(*slow->Next());
  EXPECT_EQ(gap["type"], "gap");
  EXPECT_EQ(gap["revision"], store->changes().revision());
  EXPECT_EQ(slow->Next(), nullptr);
  Publish(KeyOf("after.jpg"), "0001", Jpeg(100));
  const json after = quick.Read();
  EXPECT_EQ(after["since"], gap["revision"]);
  EXPECT_EQ(json::parse(*slow->Next()), after);
  slow->Close();
}

TEST_F(EventHubTest, TellsHowFarPrefetchesAreAndOnceThatTheyHaveEnded) {
  MakeHub();
  Page page(*hub, Only(EventKind::kProgress));
  ASSERT_EQ(page.Read()["type"], "hello");
  PrefetchService prefetcher(*fetcher, prefetches);
  PrefetchOrder order;
  order.actor_id = "0001";
  order.images = {{.s3_url = KeyOf("a.jpg"), .filename = ""},
                  {.s3_url = KeyOf("b.jpg"), .filename = ""}};
  prefetcher.Run(std::move(order), [](const PrefetchReport&) {});
  const json begun = page.Read()["prefetches"][0];
  EXPECT_EQ(begun["actor_id"], "0001");
  EXPECT_EQ(begun["requested"], 2);
  EXPECT_EQ(begun["cached"], 0);
  EXPECT_EQ(begun["done"], false);
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_EQ(page.Read()["prefetches"][0]["cached"], 1);
  downloader->Fail(2, OriginError::kNotFound);
  json last = page.Read()["prefetches"][0];
  if (last["done"] == false) last = page.Read()["prefetches"][0];  // seen just before its end
  EXPECT_EQ(last["done"], true);
  EXPECT_EQ(last["failed"], 1);
  EXPECT_EQ(last["bytes"], 1000);
  EXPECT_TRUE(prefetches.IsEmpty());
}

TEST_F(EventHubTest, TellsStatisticsOnlyWhenTheyHaveChanged) {
  MakeHub();
  Page page(*hub, Only(EventKind::kStats));
  ASSERT_EQ(page.Read()["type"], "hello");
  EXPECT_EQ(page.Read()["hits"], 1);
  hits = 2;
  const json stats = page.Read();
  EXPECT_EQ(stats["hits"], 2);
  EXPECT_EQ(stats["type"], "stats");
  EXPECT_FALSE(stats.contains("actors"));
}

TEST_F(EventHubTest, ForgetsWhoHasGone) {
  MakeHub();
  {
    Page page(*hub);
    ASSERT_EQ(page.Read()["type"], "hello");
    EXPECT_EQ(hub->Stats().listeners, 1U);
  }
  EXPECT_TRUE(Eventually([&] { return hub->Stats().listeners == 0; }));
  EXPECT_EQ(hub->Stats().waiting, 0U);
}

}  // namespace
}  // namespace image_cache::testing
