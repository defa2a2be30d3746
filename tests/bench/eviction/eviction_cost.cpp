// What choosing and removing a victim costs, by how many actors there are. Prints, for each number
// on the command line, "<actors> <nanoseconds an eviction> <nanoseconds an opening>".
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "shared/eviction/eviction_policy.h"

using namespace image_cache;

namespace {

constexpr int kRounds = 20'000;

std::string Name(unsigned long i) { return "actor-" + std::to_string(i); }

template <typename Work>
double NanosecondsOf(Work work) {
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < kRounds; ++round) work(static_cast<unsigned>(round));
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  return spent.count() / kRounds;
}

void Measure(unsigned long actors) {
  EvictionPolicy policy({});
  for (unsigned long i = 0; i < actors; ++i) {
    policy.NoteOpening(Name(i));
    policy.AddBytes(Name(i), 1000);
  }
  const auto nobody = [](const std::string&) { return false; };
  // The evicted one comes back at once, so that there are as many all the time.
  const double eviction_ns = NanosecondsOf([&](unsigned) {
    const std::string victim = *policy.ChooseVictim(nobody);
    policy.RemoveBytes(victim, 1000);
    policy.AddBytes(victim, 1000);
  });
  const double opening_ns =
      NanosecondsOf([&](unsigned round) { policy.NoteOpening(Name(round * 7919UL % actors)); });
  std::printf("%lu %.0f %.0f\n", actors, eviction_ns, opening_ns);
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const unsigned long actors = std::strtoul(argv[i], nullptr, 10);
    if (actors == 0) return EXIT_FAILURE;
    Measure(actors);
  }
}
