#include "native-server/api/endpoints/manifest_changes.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "native-server/api/compression.h"
#include "native-server/api/problem.h"
#include "native-server/http/message/query.h"
#include "native-server/store/changes/change_log.h"
#include "shared/manifest/entry_rules.h"

namespace image_cache {
namespace {

constexpr std::size_t kLargeBytes = 64 << 10;  // some 0.1 ms to copy, and 1 ms to compress
constexpr std::size_t kMinCompressedBytes = 256;

struct Question {
  std::uint64_t since = 0;
  std::optional<std::string> epoch;
};

struct Text {
  std::string bytes;
  ContentEncoding encoding = ContentEncoding::kIdentity;
};

std::optional<std::uint64_t> ParseRevision(std::string_view text) {
  std::uint64_t revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  const bool is_read = error == std::errc() && end == text.data() + text.size();
  // What a page cannot count is none of ours.
  if (!is_read || revision > static_cast<std::uint64_t>(kMaxSafeInteger)) return std::nullopt;
  return revision;
}

tl::expected<Question, Response> ReadQuestion(const Request& request) {
  const auto since = FindQueryParameter(request.query(), "since");
  if (!since) return tl::make_unexpected(ToProblem(since.error()));
  auto epoch = FindQueryParameter(request.query(), "epoch");
  if (!epoch) return tl::make_unexpected(ToProblem(epoch.error()));
  const auto actor_id = FindQueryParameter(request.query(), "actor_id");
  if (!actor_id || *actor_id) {
    return tl::make_unexpected(
        MakeProblem(kInvalidRequestProblem, "Changes are told of all actors: leave out actor_id."));
  }
  const auto revision = ParseRevision(since->value_or(""));
  if (!revision) {
    return tl::make_unexpected(
        MakeProblem(kInvalidRevisionProblem, "Give the manifest's revision, a whole number."));
  }
  return Question{.since = *revision, .epoch = std::move(*epoch)};
}

std::size_t SizeOf(const ChangesSince& changes) {
  std::size_t size = 0;
  for (const auto& group : changes.groups) size += group->text->size();
  return size;
}

Text Write(const std::string& epoch, std::uint64_t since, const ChangesSince& changes,
           ContentEncoding encoding) {
  Text text{.bytes = fmt::format(R"({{"epoch":"{}","since":{},"revision":{},)", epoch, since,
                                 changes.revision)};
  if (changes.is_full) {
    text.bytes += "\"full\":true}";
    return text;
  }
  text.bytes.reserve(text.bytes.size() + SizeOf(changes) + changes.groups.size() + 16);
  text.bytes += "\"changes\":[";
  bool is_first = true;
  for (const auto& group : changes.groups) {
    if (group->text->empty()) continue;
    if (!std::exchange(is_first, false)) text.bytes += ',';
    text.bytes += *group->text;
  }
  text.bytes += "]}";
  if (encoding == ContentEncoding::kIdentity || text.bytes.size() < kMinCompressedBytes) {
    return text;
  }
  return {.bytes = Compress(text.bytes, encoding), .encoding = encoding};
}

Response MakeAnswer(Text text) {
  Response response;
  response.AddLines(
      "Cache-Control: no-store\r\nVary: Accept, Accept-Encoding\r\n"
      "Content-Type: application/json\r\n");
  if (text.encoding != ContentEncoding::kIdentity) {
    response.AddHeader("Content-Encoding", EncodingName(text.encoding));
  }
  response.body = std::move(text.bytes);
  return response;
}

}  // namespace

bool AsksForChanges(const Request& request) {
  const auto since = FindQueryParameter(request.query(), "since");
  return !since || since->has_value();
}

Task<Response> AnswerChanges(const Request& request, Store& store, Background& background) {
  auto asked = ReadQuestion(request);
  if (!asked) co_return std::move(asked.error());
  if (store.IsRemoved()) {
    co_await background.Run([&store] {
      store.StartOverIfRemoved();
      return true;
    });
  }
  const ChangeLog& log = store.changes();
  ChangesSince changes = log.Since(asked->since);
  if (asked->epoch && *asked->epoch != log.epoch()) {
    changes = {.is_full = true, .revision = log.revision(), .groups = {}};
  }
  const bool is_large = SizeOf(changes) > kLargeBytes;
  auto write = [&log, since = asked->since, changes = std::move(changes),
                encoding = NegotiateEncoding(request.Header("Accept-Encoding"))] {
    return Write(log.epoch(), since, changes, encoding);
  };
  // Not in one expression with ?:, which g++ 12 makes nonsense of.
  if (!is_large) co_return MakeAnswer(write());
  Text text = co_await background.Run(std::move(write));
  co_return MakeAnswer(std::move(text));
}

}  // namespace image_cache
