// What the index in memory costs, by how many entries it has: no disk, no lock. Prints, for each
// number on the command line, one line of JSON:
//   entries, bytes_per_entry (by the allocator's count), fill_ns (a put, on average, while it is
//   filled), slowest_put_us (of half of them), find_ns, find_path_ns, remove_ns, put_ns (at that
//   size, of random entries), take_all_us and destroy_ms (of everything).
// Times are the thread's on the processor, so that a busy machine shows in the caches only.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "native-server/store/index/image_index.h"
#include "tests/bench/store/generated_entry.h"

using namespace image_cache;

namespace {

constexpr std::size_t kRounds = 20'000;

std::size_t AllocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

double NowNs() {
  struct timespec now {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <typename Work>
double NanosecondsOf(const Work& work) {
  const double start = NowNs();
  work();
  return NowNs() - start;
}

// Entries are made in batches, before `put` is called with each batch.
template <typename Put>
void Fill(std::size_t entries, const Put& put) {
  const std::size_t batch_size = std::min<std::size_t>(entries / 10 + 1, 10'000);
  for (std::size_t first = 0; first < entries; first += batch_size) {
    std::vector<Entry> batch;
    for (std::size_t i = first; i < std::min(entries, first + batch_size); ++i) {
      batch.push_back(bench::GeneratedEntry(i));
    }
    put(batch);
  }
}

void Measure(std::size_t entries) {
  const std::size_t before = AllocatedBytes();
  ImageIndex index;
  double fill_ns = 0, slowest_put_ns = 0;
  std::size_t filled = 0;
  bool one_by_one = true;  // in turns: looking at the clock takes longer than a put
  Fill(entries, [&](const std::vector<Entry>& batch) {
    if (one_by_one) {
      for (const Entry& entry : batch) {
        slowest_put_ns = std::max(slowest_put_ns, NanosecondsOf([&] { index.Put(entry); }));
      }
    } else {
      filled += batch.size();
      fill_ns += NanosecondsOf([&] {
        for (const Entry& entry : batch) index.Put(entry);
      });
    }
    one_by_one = !one_by_one;
  });
  const std::size_t bytes = AllocatedBytes() - before;

  // Random ones, each once in its group; groups are small, so that there are as many all the time.
  std::mt19937_64 random(entries);
  const std::size_t in_group = std::min<std::size_t>(entries / 50 + 1, 1000);
  double find_ns = 0, find_path_ns = 0, remove_ns = 0, put_ns = 0;
  std::size_t rounds = 0;
  for (; rounds < kRounds; rounds += in_group) {
    std::vector<Entry> group;
    const std::size_t first = random() % entries;
    for (std::size_t i = 0; i < in_group; ++i) {
      group.push_back(bench::GeneratedEntry((first + i * (entries / in_group)) % entries));
    }
    std::uint64_t found = 0;
    find_ns += NanosecondsOf([&] {
      for (const Entry& entry : group) found += index.Find(entry.s3_url)->size_bytes();
    });
    find_path_ns += NanosecondsOf([&] {
      for (const Entry& entry : group) found += index.FindByPath(entry.local_path)->size_bytes();
    });
    if (found != 2 * in_group * group.front().size_bytes) std::abort();
    remove_ns += NanosecondsOf([&] {
      for (const Entry& entry : group) index.Remove(entry.s3_url);
    });
    put_ns += NanosecondsOf([&] {
      for (const Entry& entry : group) index.Put(entry);
    });
  }

  double take_ns = 0;
  const double take_and_destroy_ns = NanosecondsOf([&] {
    const double start = NowNs();
    const Manifest taken = index.TakeAll();
    take_ns = NowNs() - start;
  });

  const auto each = static_cast<double>(rounds);
  std::printf(
      "{\"entries\": %zu, \"bytes_per_entry\": %.1f, \"fill_ns\": %.0f, "
      "\"slowest_put_us\": %.0f, \"find_ns\": %.0f, "
      "\"find_path_ns\": %.0f, \"remove_ns\": %.0f, \"put_ns\": %.0f, \"take_all_us\": %.0f, "
      "\"destroy_ms\": %.1f}\n",
      entries, static_cast<double>(bytes) / static_cast<double>(entries),
      fill_ns / static_cast<double>(filled), slowest_put_ns / 1e3, find_ns / each,
      find_path_ns / each, remove_ns / each, put_ns / each, take_ns / 1e3,
      (take_and_destroy_ns - take_ns) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const unsigned long entries = std::strtoul(argv[i], nullptr, 10);
    if (entries == 0) return EXIT_FAILURE;
    Measure(entries);
  }
}
