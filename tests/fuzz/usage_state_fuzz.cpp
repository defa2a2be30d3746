// Any bytes as a usage model on the disk: what is taken is written and read again as the same, and
// a model can go on learning and guessing from it, within its bounds.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/fnv1a.h"
#include "shared/little_endian.h"
#include "shared/usage/usage_model.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

constexpr std::size_t kMaxActors = 16;
constexpr std::int64_t kAtMs = 1'700'000'000'000;

void CheckGuesses(const std::vector<UsageGuess>& guesses, std::string_view but) {
  double before = 1;
  for (const UsageGuess& guess : guesses) {
    REQUIRE(guess.probability >= 0 && guess.probability <= before);
    REQUIRE(guess.actor_id != but);
    REQUIRE(!guess.reason.empty());
    before = guess.probability;
  }
}

void Check(std::string_view bytes) {
  auto model = UsageModel::Parse(bytes, kMaxActors);
  if (!model) {
    REQUIRE(!model.error().detail.empty());
    return;
  }
  REQUIRE(model->actors() <= kMaxActors);
  const std::string written = model->Serialize();
  const auto again = UsageModel::Parse(written, kMaxActors);
  REQUIRE(again);
  REQUIRE(again->Serialize() == written);

  const std::size_t most_bytes = UsageModel(kMaxActors).memory_bytes();
  CheckGuesses(model->Guess(kMaxActors, kAtMs), model->open_actor());
  CheckGuesses(model->Likely(kMaxActors, kAtMs), "");
  for (int i = 0; i < 40; ++i) {
    const std::string id = "actor-" + std::to_string(i * 7 % 20);
    model->Open(id, kAtMs + i * 60'000);
    CheckGuesses(model->Guess(5, kAtMs + i * 60'000), id);
    REQUIRE(model->open_actor() == id);
  }
  REQUIRE(model->actors() <= kMaxActors);
  REQUIRE(model->memory_bytes() <= most_bytes + kMaxActors * 256);
  REQUIRE(UsageModel::Parse(model->Serialize(), kMaxActors));
}

// With the hash that the bytes should have, so that the rest of the reader is reached.
std::string WithHash(std::string bytes) {
  PutLittleEndian(bytes, Fnv1a(bytes));
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Check(bytes);
  Check(WithHash(bytes));
  return 0;
}
