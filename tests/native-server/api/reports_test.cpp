#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "native-server/api/endpoints/prefetch_report.h"
#include "native-server/api/metrics/metrics.h"
#include "native-server/api/stats_json.h"

namespace image_cache {
namespace {

using testing::HasSubstr;

Overview MakeOverview() {
  Overview overview;
  overview.store.totals = {.entries = 300, .size_bytes = 98765432};
  overview.store.actors = {{.actor_id = "0001", .totals = {.entries = 25, .size_bytes = 8192000}}};
  overview.serving = {
      .hits = 3, .misses = 1, .bytes_served = 1000, .not_modified = 1, .saved_us = 2'345'678};
  overview.downloads.succeeded = 2;
  overview.downloads.failed = 1;
  overview.downloads.total_ms = 3001;
  return overview;
}

TEST(StatsJsonTest, WorksOutWhatFollowsFromTheCounters) {
  const auto json = ToJson(MakeOverview());
  EXPECT_EQ(json["total_size_mb"], 94.19);
  EXPECT_EQ(json["hit_ratio"], 0.75);
  EXPECT_EQ(json["average_origin_ms"], 1501);
  EXPECT_EQ(json["time_saved_ms"], 2345);
  EXPECT_EQ(json["bytes_saved"], json["bytes_served"]);
  EXPECT_EQ(json["actors"][0]["actor_id"], "0001");
}

TEST(StatsJsonTest, DividesNothingByZero) {
  const auto json = ToJson(Overview{});
  EXPECT_EQ(json["hit_ratio"], 0);
  EXPECT_EQ(json["average_origin_ms"], 0);
}

TEST(MetricsTest, WritesPrometheusText) {
  HttpServerStats http;
  http.responses[4] = 7;
  http.max_connections = 10000;
  Overview overview = MakeOverview();
  overview.downloads.waiting = 5;
  overview.download_limits.max_waiting = 500;
  overview.store.queued_changes = 2;
  overview.store.debris_files = 11;
  overview.store.debris_bytes = 1200;
  overview.trace = TraceStats{.rows = 8, .dropped = 9, .max_waiting = 600};
  overview.jobs = {.running = 3, .kept = 4, .limits = {.max_kept = 900}};
  overview.store.compressed = {.entries = 6, .original_bytes = 1000, .stored_bytes = 800};
  overview.compression =
      CompressionStats{.compressor = CompressorStats{.refused = 13}, .restoring = {}};
  const std::string text = WriteMetrics(overview, http, {}, {});
  EXPECT_THAT(text, HasSubstr("image_cache_downloads_waiting 5\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_downloads_max_waiting 500\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_http_max_connections 10000\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_index_changes_waiting 2\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_debris_files 11\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_debris_bytes 1200\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_compressed_stored_bytes 800\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_compressions_total{result=\"refused\"} 13\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_trace_rows_total 8\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_trace_dropped_total 9\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_trace_max_waiting 600\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_jobs_running 3\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_jobs_kept 4\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_jobs_max_kept 900\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE image_cache_hits_total counter\nimage_cache_hits_total 3\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_downloads_total{result=\"succeeded\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_downloads_total{result=\"failed\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_download_seconds_total 3.001\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE image_cache_size_bytes gauge\n"));
  EXPECT_THAT(text, HasSubstr("image_cache_http_responses_total{class=\"4xx\"} 7\n"));
}

TEST(PrefetchReportTest, CountsAndDescribesEachPicture) {
  PrefetchReport report{.actor_id = "0001", .items = {}, .bytes = 10};
  Entry entry;
  entry.local_path = ".image-cache/images/0001/a.jpg";
  entry.size_bytes = 10;
  report.items.push_back({.s3_url = "u1", .outcome = FetchedImage{.entry = entry}});
  report.items.push_back(
      {.s3_url = "u2", .outcome = FetchedImage{.entry = entry, .already_cached = true}});
  report.items.push_back({.s3_url = "u3", .outcome = Fail(FetchError::kOriginTimeout, "slow")});
  const auto json = ToJson(report);
  EXPECT_EQ(json["requested"], 3);
  EXPECT_EQ(json["cached"], 1);
  EXPECT_EQ(json["already_cached"], 1);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["results"][0]["local_path"], entry.local_path);
  EXPECT_EQ(json["results"][1]["status"], "already_cached");
  EXPECT_EQ(json["results"][2]["error"], "origin-timeout");
  EXPECT_EQ(json["results"][2]["retryable"], true);
}

TEST(PrefetchReportTest, GivesTheResultsOfAJobOnceItHasEnded) {
  JobStatus job{.job_id = "0123456789abcdef",
                .actor_id = "0001",
                .state = JobState::kRunning,
                .counts = {.requested = 2, .cached = 1, .bytes = 10},
                .created_ms = 1000,
                .started_ms = 2000};
  auto json = ToJson(job);
  EXPECT_EQ(json["state"], "running");
  EXPECT_EQ(json["requested"], 2);
  EXPECT_EQ(json["cached"], 1);
  EXPECT_EQ(json["started_at"], 2000);
  EXPECT_TRUE(json["finished_at"].is_null());
  EXPECT_FALSE(json.contains("results"));

  auto report = std::make_shared<PrefetchReport>();
  report->items.push_back({.s3_url = "u", .outcome = Fail(FetchError::kCancelled, "cancelled")});
  job.report = report;
  job.state = JobState::kCancelled;
  job.finished_ms = 3000;
  json = ToJson(job);
  EXPECT_EQ(json["state"], "cancelled");
  EXPECT_EQ(json["finished_at"], 3000);
  EXPECT_EQ(json["results"][0]["error"], "cancelled");
}

}  // namespace
}  // namespace image_cache
