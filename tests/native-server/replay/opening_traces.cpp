#include "tests/native-server/replay/opening_traces.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>

#include "native-server/replay/trace_reader.h"
#include "shared/keys/object_id.h"

namespace image_cache {
namespace {

constexpr int kOpenings = 6000;

// Draws with numbers of its own: the distributions of the standard library differ by machine.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}
  std::size_t Below(std::size_t limit) { return random_() % limit; }
  bool Chance(double probability) { return Uniform() < probability; }
  double Uniform() { return static_cast<double>(random_()) / 4294967296.0; }
  // 0 is drawn most often: the n-th with a weight of 1 / (n + 1).
  std::size_t Zipf(std::size_t limit) {
    const double most = std::log(static_cast<double>(limit) + 1);
    return std::min(limit - 1, static_cast<std::size_t>(std::exp(Uniform() * most) - 1));
  }

 private:
  std::mt19937 random_;
};

class Writer {
 public:
  void Open(std::size_t actor) { OpenAt(actor, time_ms_ + 61'000); }
  void OpenAt(std::size_t actor, std::int64_t time_ms) {
    time_ms_ = time_ms;
    std::string id = std::to_string(actor);
    id.insert(0, 4 - std::min<std::size_t>(4, id.size()), '0');
    for (int picture = 0; picture < 6; ++picture) {
      const auto object = ObjectId(id + "/" + std::to_string(picture));
      text_ += std::to_string(time_ms) + "," + std::to_string(object) + ",1000," + id + ",0\n";
    }
  }
  std::string Take() { return std::move(text_); }

 private:
  std::int64_t time_ms_ = 1'700'000'000'000;
  std::string text_ = std::string(kTraceHeader) + "\n";
};

// Down the list, sometimes elsewhere, sometimes back to where one was.
std::string ListWalk(Dice dice) {
  Writer writer;
  std::size_t at = 0;
  std::vector<std::size_t> seen;
  for (int i = 0; i < kOpenings; ++i) {
    if (dice.Chance(0.1) || at + 1 >= 400)
      at = dice.Below(400);
    else if (!seen.empty() && dice.Chance(0.2))
      at = seen[seen.size() - 1 - dice.Below(std::min<std::size_t>(seen.size(), 5))];
    else
      ++at;
    seen.push_back(at);
    writer.Open(at);
  }
  return writer.Take();
}

// Everybody opens what they have opened lately, and at times something new.
std::string Revisits(Dice dice) {
  Writer writer;
  std::vector<std::size_t> seen = {0};
  for (int i = 0; i < kOpenings; ++i) {
    const std::size_t back = 1 + dice.Zipf(std::min<std::size_t>(seen.size(), 40));
    const std::size_t actor =
        dice.Chance(0.15) ? dice.Zipf(1000) : seen[seen.size() - std::min(back, seen.size())];
    seen.push_back(actor);
    writer.Open(actor);
  }
  return writer.Take();
}

// From each actor people go on to one of three, mostly to the first; clicks in a shop are like it.
std::string Clicks(Dice dice) {
  Writer writer;
  constexpr std::size_t kActors = 300;
  std::vector<std::size_t> next(3 * kActors);
  for (std::size_t& one : next) one = dice.Zipf(kActors);
  std::size_t at = 0;
  for (int i = 0; i < kOpenings; ++i) {
    const double draw = dice.Uniform();
    at = draw < 0.45   ? next[3 * at]
         : draw < 0.65 ? next[3 * at + 1]
         : draw < 0.75 ? next[3 * at + 2]
                       : dice.Zipf(kActors);
    writer.Open(at);
  }
  return writer.Take();
}

// One set of actors in the morning, another in the evening, in no order.
std::string DailySets(Dice dice) {
  Writer writer;
  constexpr std::int64_t kMinuteMs = 60'000;
  for (std::int64_t day = 19'000; day < 19'000 + kOpenings / 24; ++day) {
    for (const std::int64_t hour : {8, 20}) {
      for (std::int64_t i = 0; i < 12; ++i) {
        const std::size_t actor = 20 * (hour == 8 ? 0 : 3) + dice.Zipf(20);
        writer.OpenAt(dice.Chance(0.1) ? dice.Below(500) : actor,
                      ((day * 24 + hour) * 60 + i * 2) * kMinuteMs);
      }
    }
  }
  return writer.Take();
}

std::string Independent(Dice dice, const std::function<std::size_t(Dice&)>& draw) {
  Writer writer;
  for (int i = 0; i < kOpenings; ++i) writer.Open(draw(dice));
  return writer.Take();
}

}  // namespace

std::vector<MadeTrace> MakeOpeningTraces(std::uint32_t seed) {
  const auto dice = [seed](std::uint32_t trace) { return Dice(1000 * seed + trace); };
  const auto uniform = [](Dice& one) { return one.Below(300); };
  const auto zipf = [](Dice& one) { return one.Zipf(300); };
  return {
      {.name = "list walk", .structure = Structure::kListOnly, .text = ListWalk(dice(1))},
      {.name = "revisits", .structure = Structure::kSome, .text = Revisits(dice(2))},
      {.name = "clicks", .structure = Structure::kSome, .text = Clicks(dice(3))},
      {.name = "daily sets", .structure = Structure::kSome, .text = DailySets(dice(4))},
      {.name = "uniform", .structure = Structure::kNone, .text = Independent(dice(5), uniform)},
      {.name = "Zipf", .structure = Structure::kNone, .text = Independent(dice(6), zipf)},
  };
}

}  // namespace image_cache
