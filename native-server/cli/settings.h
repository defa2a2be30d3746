// The values of all options, after flags, environment and config file were put together.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace image_cache {

struct Settings {
  // Every subcommand.
  std::string cache_dir = ".image-cache";
  std::string s3_endpoint;  // empty: AWS_ENDPOINT_URL_S3's, else AWS itself
  std::string token_file;   // empty: no token
  std::string log_level = "info";
  std::string log_format = "text";

  // serve and warm: whoever downloads.
  std::uint64_t max_size_bytes = 10ULL << 30;
  std::uint64_t min_free_bytes = 1ULL << 30;
  std::uint64_t min_free_inodes = 1000;
  std::uint64_t max_image_bytes = 64ULL << 20;
  std::uint64_t max_image_pixels = 1ULL << 28;
  std::string usage_model = "off";   // or "learn", or "prefetch"
  std::string svg = "refuse";        // or "sandbox"
  std::vector<std::string> origins;  // empty: the AWS S3 host forms
  std::vector<std::string> origin_addresses;
  std::string s3_region;  // empty: the environment's
  bool s3_path_style = false;
  int downloads = 16;
  bool debuggable = false;  // else no core dump, and no other process looks into this one

  // serve.
  std::string listen = "127.0.0.1:8787";
  std::vector<std::string> allowed_hosts = {"localhost", "127.0.0.1", "[::1]"};  // and the address
  std::vector<std::string> allowed_origins = {"http://localhost:5173"};
  std::uint64_t scrub_bytes_per_second = 0;  // 0: off
  std::string static_dir;                    // empty: no page of one's own
  bool no_console = false;                   // else the server's own page is at /
  std::chrono::seconds compress_after{0};    // 0: off
  unsigned compress_share_percent = 10;      // of one core
  std::string trace_file;                    // empty: accesses are not recorded
  std::vector<std::string> sync_folders;     // s3://bucket/prefix[=ACTOR]; empty: off
  std::chrono::seconds sync_every{600};
  std::vector<std::string> warm_at_start;  // actors, files, s3://bucket/prefix/[=ACTOR]
  bool warm_last = false;                  // and the actors that were opened last
  std::string access_log;                  // empty: none; "-": standard output
  std::string access_log_format = "combined";
  bool server_timing = false;
  // The widths that smaller pictures may be asked for in, rising; empty: none are made.
  std::vector<int> image_widths = {64, 128, 256, 384, 640, 960, 1280};
  std::chrono::seconds image_widths_ahead{600};  // 0: each is made when it is asked for
  unsigned threads = 0;                          // 0: as many as there are cores
  bool exit_with_parent = false;

  // stats, verify, warm, clear.
  bool json = false;
  std::string history;  // of stats: minute, hour or day; empty: none
  bool repair = false;
  std::uint64_t verify_bytes_per_second = 0;  // 0: as fast as it goes
  std::string warm_file;                      // or s3://bucket/prefix/; "-": standard input
  std::string warm_actor_id;                  // empty: as the source says
  std::string actor_id;                       // empty: all

  // sync; the second one serve, too.
  std::string sync_folder;
  bool sync_delete = false;   // also more than half of what is cached
  std::string sync_actor_id;  // empty: of the first folder below
  bool dry_run = false;

  // replay.
  std::string replay_file;
  std::vector<std::uint64_t> replay_sizes;
  bool replay_predict = false;  // who would have been guessed
  std::string openings_file;    // empty: none is written

  // generate.
  std::string generated;
};

}  // namespace image_cache
