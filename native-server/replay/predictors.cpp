#include "native-server/replay/predictors.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "native-server/replay/prediction.h"
#include "shared/usage/usage_model.h"

namespace image_cache {
namespace {

constexpr std::size_t kGuesses = 5;
constexpr std::size_t kNobody = SIZE_MAX;

using Counts = std::unordered_map<std::size_t, std::uint64_t>;

// The most often opened first; of equals the one that comes first in the list.
std::vector<std::size_t> Largest(const Counts& counts, std::size_t but) {
  std::vector<std::pair<std::uint64_t, std::size_t>> sorted;
  for (const auto& [actor, count] : counts) {
    if (actor != but) sorted.emplace_back(count, actor);
  }
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(std::min(kGuesses, sorted.size()));
  std::partial_sort(sorted.begin(), end, sorted.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<std::size_t> actors;
  for (auto one = sorted.begin(); one != end; ++one) actors.push_back(one->second);
  return actors;
}

Foretold FirstOf(std::vector<std::size_t> actors) {
  const std::size_t worth = actors.empty() ? 0 : 1;
  return {.actors = std::move(actors), .worth_prefetching = worth};
}

class UsagePredictor final : public Predictor {
 public:
  explicit UsagePredictor(const std::vector<std::string>& list)
      : list_(list), model_(std::max<std::size_t>(list.size(), UsageModel::kMaxActors)) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      numbers_.emplace(list[i], i);
      model_.Hear(list[i]);
    }
  }
  std::string_view name() const override { return "usage model"; }
  Foretold Guess() const override {
    Foretold foretold;
    for (const UsageGuess& guess : model_.Guess(kGuesses, at_ms_)) {
      foretold.actors.push_back(numbers_.at(guess.actor_id));
      foretold.worth_prefetching += guess.probability >= kWorthPrefetching;
    }
    return foretold;
  }
  void Learn(std::size_t actor, std::int64_t at_ms) override {
    at_ms_ = at_ms;
    model_.Open(list_[actor], at_ms);
  }
  std::size_t memory_bytes() const override { return model_.memory_bytes(); }

 private:
  const std::vector<std::string>& list_;
  std::unordered_map<std::string_view, std::size_t> numbers_;
  UsageModel model_;
  std::int64_t at_ms_ = 0;
};

class MostRecent final : public Predictor {
 public:
  std::string_view name() const override { return "most-recent"; }
  Foretold Guess() const override {
    if (line_.empty()) return {};
    return FirstOf({line_.begin() + 1, line_.end()});
  }
  void Learn(std::size_t actor, std::int64_t /*at_ms*/) override {
    std::erase(line_, actor);
    line_.insert(line_.begin(), actor);
    if (line_.size() > kGuesses + 1) line_.pop_back();
  }

 private:
  std::vector<std::size_t> line_;  // the open one first
};

class MostPopular final : public Predictor {
 public:
  std::string_view name() const override { return "most-popular"; }
  Foretold Guess() const override { return FirstOf(Largest(counts_, open_)); }
  void Learn(std::size_t actor, std::int64_t /*at_ms*/) override { ++counts_[open_ = actor]; }

 private:
  Counts counts_;
  std::size_t open_ = kNobody;
};

// First order and without bounds: everything that ever followed is counted.
class Markov final : public Predictor {
 public:
  std::string_view name() const override { return "Markov"; }
  Foretold Guess() const override {
    const auto row = rows_.find(open_);
    return row == rows_.end() ? Foretold{} : FirstOf(Largest(row->second, open_));
  }
  void Learn(std::size_t actor, std::int64_t /*at_ms*/) override {
    if (open_ != kNobody) ++rows_[open_][actor];
    open_ = actor;
  }

 private:
  std::unordered_map<std::size_t, Counts> rows_;
  std::size_t open_ = kNobody;
};

class NextInList final : public Predictor {
 public:
  explicit NextInList(std::size_t actors) : actors_(actors) {}
  std::string_view name() const override { return "next-in-list"; }
  Foretold Guess() const override {
    if (open_ == kNobody) return {};
    std::vector<std::size_t> next;
    for (std::size_t i = open_ + 1; i < actors_ && next.size() < kGuesses; ++i) next.push_back(i);
    return FirstOf(std::move(next));
  }
  void Learn(std::size_t actor, std::int64_t /*at_ms*/) override { open_ = actor; }

 private:
  const std::size_t actors_;
  std::size_t open_ = kNobody;
};

}  // namespace

std::vector<std::unique_ptr<Predictor>> MakePredictors(const std::vector<std::string>& list) {
  std::vector<std::unique_ptr<Predictor>> predictors;
  predictors.push_back(std::make_unique<UsagePredictor>(list));
  predictors.push_back(std::make_unique<MostRecent>());
  predictors.push_back(std::make_unique<MostPopular>());
  predictors.push_back(std::make_unique<Markov>());
  predictors.push_back(std::make_unique<NextInList>(list.size()));
  return predictors;
}

}  // namespace image_cache
