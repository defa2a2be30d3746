// Which download goes first, what a cancelled one leaves behind, and how many connections there
// are.
#include <atomic>
#include <thread>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/origin/downloader_fixture.h"

namespace image_cache {
namespace {

using Connection = FakeOrigin::Connection;
using Request = FakeOrigin::Request;

class DownloaderQueueTest : public DownloaderFixture {
 protected:
  // One place, and it is taken by "/block" until `gate_` opens; so is the one for demands.
  void BeginBlocked(DownloaderOptions options = {.max_parallel = 1}) {
    BeginOrigin([this](Connection& connection, const Request& request) {
      if (request.Target() == "/block") gate_.Wait();
      connection.Answer(200, "x");
    });
    BeginDownloader(options);
    Start(origin_->Url("/block"));
    Start(origin_->Url("/block"), Urgency::kDemand);
    WaitForRequests(2);
  }
  void WaitForRequests(std::size_t count) {
    ASSERT_TRUE(Eventually([&] { return origin_->Requests().size() >= count; }));
  }
  Started Enqueue(const std::string& target, Urgency urgency) {
    return Start(origin_->Url(target), urgency);
  }
  // Of those that were not blocked, and begin so.
  std::vector<std::string> Targets(const std::string& prefix = "/") const {
    std::vector<std::string> targets;
    for (const Request& request : origin_->Requests()) {
      const std::string target = request.Target();
      if (target != "/block" && target.starts_with(prefix)) targets.push_back(target);
    }
    return targets;
  }
};

TEST_F(DownloaderQueueTest, TheMostUrgentGoesFirstAndEqualsInTheirOrder) {
  BeginBlocked();
  const std::vector<Started> all = {
      Enqueue("/queued/low1", Urgency::kLow),       Enqueue("/queued/normal1", Urgency::kNormal),
      Enqueue("/queued/high1", Urgency::kHigh),     Enqueue("/demand/1", Urgency::kDemand),
      Enqueue("/queued/low2", Urgency::kLow),       Enqueue("/demand/2", Urgency::kDemand),
      Enqueue("/queued/normal2", Urgency::kNormal), Enqueue("/queued/high2", Urgency::kHigh)};
  EXPECT_EQ(downloader_->Stats().waiting, 8u);
  gate_.Open();
  for (const Started& one : all) ExpectWhole(one.recording->Wait(), "x");
  EXPECT_EQ(Targets("/demand"), (std::vector<std::string>{"/demand/1", "/demand/2"}));
  EXPECT_EQ(Targets("/queued"),
            (std::vector<std::string>{"/queued/high1", "/queued/high2", "/queued/normal1",
                                      "/queued/normal2", "/queued/low1", "/queued/low2"}));
}

TEST_F(DownloaderQueueTest, ADemandWaitsForNoPrefetch) {
  BeginOrigin([this](Connection& connection, const Request& request) {
    if (request.Target() == "/prefetch") gate_.Wait();
    connection.Answer(200, "x");
  });
  BeginDownloader({.max_parallel = 1});
  std::vector<Started> prefetches;
  for (int i = 0; i < 20; ++i) prefetches.push_back(Enqueue("/prefetch", Urgency::kHigh));
  WaitForRequests(1);
  ExpectWhole(Enqueue("/demand", Urgency::kDemand).recording->Wait(), "x");
  EXPECT_EQ(Targets("/prefetch").size(), 1u);
  gate_.Open();
  for (const Started& one : prefetches) ExpectWhole(one.recording->Wait(), "x");
}

TEST_F(DownloaderQueueTest, ARunningOneThatIsPromotedToDemandFreesItsPlace) {
  BeginOrigin([this](Connection& connection, const Request& request) {
    if (request.Target() == "/first") gate_.Wait();
    connection.Answer(200, "x");
  });
  BeginDownloader({.max_parallel = 1});
  const Started first = Enqueue("/first", Urgency::kLow);
  const Started second = Enqueue("/second", Urgency::kLow);
  WaitForRequests(1);
  downloader_->Promote(first.id, Urgency::kDemand);
  ExpectWhole(second.recording->Wait(), "x");
  gate_.Open();
  ExpectWhole(first.recording->Wait(), "x");
}

TEST_F(DownloaderQueueTest, PromotionMovesUpAndNeverDown) {
  BeginBlocked();
  const Started low = Enqueue("/low", Urgency::kLow);
  const Started older = Enqueue("/normal", Urgency::kNormal);
  const Started high = Enqueue("/high", Urgency::kHigh);
  downloader_->Promote(low.id, Urgency::kNormal);  // and is older than "/normal"
  downloader_->Promote(high.id, Urgency::kLow);
  downloader_->Promote(987654, Urgency::kDemand);
  gate_.Open();
  for (const Started& one : {low, older, high}) ExpectWhole(one.recording->Wait(), "x");
  EXPECT_EQ(Targets(), (std::vector<std::string>{"/high", "/low", "/normal"}));
}

TEST_F(DownloaderQueueTest, CancellingAWaitingOneNeverAsksTheOrigin) {
  BeginBlocked();
  const Started cancelled = Enqueue("/cancelled", Urgency::kDemand);
  const Started kept = Enqueue("/kept", Urgency::kLow);
  downloader_->Cancel(cancelled.id);
  // Although no place is free.
  ExpectFailed(cancelled.recording->Wait(), OriginError::kCancelled);
  gate_.Open();
  ExpectWhole(kept.recording->Wait(), "x");
  EXPECT_EQ(Targets(), (std::vector<std::string>{"/kept"}));
  EXPECT_EQ(downloader_->Stats().started, 3u);
}

TEST_F(DownloaderQueueTest, CancellingARunningOneFreesItsPlace) {
  BeginOrigin([](Connection& connection, const Request& request) {
    if (request.Target() == "/next") return connection.Answer(200, "x");
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    connection.WaitForPeerToLeave();
  });
  BeginDownloader({.max_parallel = 1});
  const Started running = Start(origin_->Url("/running"));
  const Started next = Start(origin_->Url("/next"));
  ASSERT_TRUE(running.recording->WaitForBytes(5));
  downloader_->Cancel(running.id);
  ExpectFailed(running.recording->Wait(), OriginError::kCancelled);
  ExpectWhole(next.recording->Wait(), "x");
  downloader_->Cancel(running.id);  // again, and after its end: nothing
  const DownloaderStats stats = downloader_->Stats();
  EXPECT_EQ(stats.started, 2u);
  EXPECT_EQ(stats.failed, 1u);
  EXPECT_EQ(stats.bytes, 6u);
}

TEST_F(DownloaderQueueTest, TheEndOfTheDownloaderCancelsWhatRunsAndWaits) {
  BeginOrigin([](Connection& connection, const Request&) { connection.WaitForPeerToLeave(); });
  BeginDownloader({.max_parallel = 2});
  std::vector<Started> all;
  for (int i = 0; i < 5; ++i) all.push_back(Start(origin_->Url("/" + std::to_string(i))));
  ASSERT_TRUE(Eventually([&] { return downloader_->Stats().running >= 2; }));
  downloader_.reset();
  for (const Started& one : all) {
    ASSERT_TRUE(one.recording->IsDone());
    ExpectFailed(one.recording->Wait(), OriginError::kCancelled);
  }
}

TEST_F(DownloaderQueueTest, ASinkMayStartAnotherEvenAtTheEnd) {
  BeginOrigin([](Connection& connection, const Request&) { connection.WaitForPeerToLeave(); });
  BeginDownloader();
  Downloader& downloader = *downloader_;
  auto second = std::make_shared<Recording>();
  const std::string url = origin_->Url("/2");
  const Started first =
      Start(origin_->Url("/1"), Urgency::kNormal, {.on_done = [&downloader, second, url] {
              downloader.Start({.url = url, .urgency = Urgency::kDemand},
                               std::make_unique<RecordingSink>(second, RecordingSink::Manner{}));
            }});
  downloader_.reset();
  ASSERT_TRUE(second->IsDone());
  ExpectFailed(first.recording->Wait(), OriginError::kCancelled);
  ExpectFailed(second->Wait(), OriginError::kCancelled);
}

TEST_F(DownloaderQueueTest, ConnectionsAreKeptAndReused) {
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, "x"); });
  BeginDownloader();
  for (int i = 0; i < 20; ++i) ExpectWhole(Get(origin_->Url("/b/k")), "x");
  EXPECT_EQ(origin_->Requests().size(), 20u);
  EXPECT_EQ(origin_->Connections(), 1u);
}

TEST_F(DownloaderQueueTest, AnErrorWithASmallBodyKeepsItsConnection) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Answer(404, "<Error><Code>NoSuchKey</Code></Error>");
  });
  BeginDownloader();
  for (int i = 0; i < 5; ++i) ExpectFailed(Get(origin_->Url("/b/k")), OriginError::kNotFound);
  EXPECT_EQ(origin_->Connections(), 1u);
}

TEST_F(DownloaderQueueTest, AKeptConnectionThatTheOriginClosedIsReplaced) {
  BeginOrigin([](Connection& connection, const Request&) {
    connection.Answer(200, "x");
    connection.Close();
  });
  BeginDownloader();
  for (int i = 0; i < 5; ++i) ExpectWhole(Get(origin_->Url("/b/k")), "x");
}

TEST_F(DownloaderQueueTest, AtMostMaxParallelRunAtOnce) {
  constexpr int kParallel = 4;
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  BeginOrigin([&](Connection& connection, const Request&) {
    const int mine = ++now;
    for (int seen = most; mine > seen && !most.compare_exchange_weak(seen, mine);) {
    }
    if (mine == kParallel) gate_.Open();
    gate_.Wait();  // so that the first ones do run side by side
    --now;
    connection.Answer(200, "x");
  });
  BeginDownloader({.max_parallel = kParallel});
  std::vector<Started> all;
  for (int i = 0; i < 40; ++i) all.push_back(Start(origin_->Url("/" + std::to_string(i))));
  for (const Started& one : all) ExpectWhole(one.recording->Wait(), "x");
  EXPECT_EQ(most, kParallel);
  EXPECT_EQ(origin_->Connections(), static_cast<std::size_t>(kParallel));
}

TEST_F(DownloaderQueueTest, AFullQueueTurnsAway) {
  BeginBlocked({.max_parallel = 1, .max_waiting = 3});
  std::vector<Started> all;
  for (int i = 0; i < 3; ++i) all.push_back(Enqueue("/b/k", Urgency::kLow));
  ExpectFailed(Enqueue("/more", Urgency::kDemand).recording->Wait(), OriginError::kUnavailable);
  downloader_->Cancel(all.front().id);
  all.front() = Enqueue("/b/k", Urgency::kLow);  // there is a place again
  gate_.Open();
  for (const Started& one : all) ExpectWhole(one.recording->Wait(), "x");
}

TEST_F(DownloaderQueueTest, CallersOnManyThreadsGetOneEndEach) {
  BeginOrigin([](Connection& connection, const Request&) { connection.Answer(200, "x"); });
  BeginDownloader({.max_parallel = 3});
  constexpr int kThreads = 4;
  constexpr int kEach = 100;
  std::vector<std::vector<Started>> started(kThreads);
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        started[t].push_back(Start(origin_->Url("/b/k"), Urgency::kLow));
        if (i % 3 == 0) downloader_->Promote(started[t].back().id, Urgency::kHigh);
        if (i % 5 == 0) downloader_->Cancel(started[t].back().id);
        static_cast<void>(downloader_->Stats());
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const auto& of_thread : started) {
    for (const Started& one : of_thread) {
      const auto seen = one.recording->Wait();
      EXPECT_EQ(seen.dones, 1);
      ASSERT_TRUE(seen.result.has_value());
      if (!*seen.result) {
        EXPECT_EQ(seen.result->error().code, OriginError::kCancelled);
      }
    }
  }
  const DownloaderStats stats = downloader_->Stats();
  EXPECT_EQ(stats.started, stats.succeeded + stats.failed);
  EXPECT_EQ(stats.waiting + stats.running, 0u);
}

}  // namespace
}  // namespace image_cache
