// What the usage model takes of memory and of time, by how many actors it knows. Prints, for each
// number on the command line, "<actors> <bytes> <nanoseconds an opening> <nanoseconds a guess>".
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "shared/usage/usage_model.h"

using namespace image_cache;

namespace {

constexpr std::size_t kOpenings = 20'000;
constexpr std::size_t kGuesses = 500;
// As the server asks for them: UsageService::kActorsAtOnce.
constexpr std::size_t kMost = 3;

// Four digits, as most galleries number their actors.
std::string Name(std::size_t i) {
  std::string digits = std::to_string(i);
  return std::string(4 - std::min<std::size_t>(4, digits.size()), '0') + digits;
}

template <typename Work>
double NanosecondsOf(std::size_t rounds, Work work) {
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t round = 0; round < rounds; ++round) work(round);
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  return spent.count() / static_cast<double>(rounds);
}

void Measure(std::size_t actors) {
  UsageModel model(actors);
  for (std::size_t i = 0; i < actors; ++i) model.Hear(Name(i));
  // Anybody after anybody: the most contexts that there can be.
  std::mt19937 random(1);
  std::vector<std::string> openings;
  for (std::size_t i = 0; i < kOpenings; ++i) openings.push_back(Name(random() % actors));
  std::int64_t at_ms = 1'700'000'000'000;
  const double opening_ns = NanosecondsOf(
      kOpenings, [&](std::size_t round) { model.Open(openings[round], at_ms += 61'000); });
  std::size_t guessed = 0;
  const double guess_ns =
      NanosecondsOf(kGuesses, [&](std::size_t) { guessed += model.Guess(kMost, at_ms).size(); });
  if (guessed == 0) std::exit(EXIT_FAILURE);
  std::printf("%zu %zu %.0f %.0f\n", actors, model.memory_bytes(), opening_ns, guess_ns);
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const unsigned long actors = std::strtoul(argv[i], nullptr, 10);
    if (actors < 2 || actors > UsageModel::kMaxActors) return EXIT_FAILURE;
    Measure(actors);
  }
}
