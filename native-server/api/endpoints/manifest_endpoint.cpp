#include "native-server/api/endpoints/manifest_endpoint.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "native-server/api/compression.h"
#include "native-server/api/endpoints/manifest_changes.h"
#include "native-server/api/problem.h"
#include "native-server/http/message/conditional.h"
#include "native-server/http/message/query.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

// Below this a compressed text is hardly smaller, or larger.
constexpr std::size_t kMinCompressedBytes = 256;

// "\"abc\"" → "\"abc-br\"".
std::string EtagFor(std::string_view etag, ContentEncoding encoding) {
  if (encoding == ContentEncoding::kIdentity) return std::string(etag);
  return fmt::format("{}-{}\"", etag.substr(0, etag.size() - 1), EncodingName(encoding));
}

}  // namespace

ManifestEndpoint::ManifestEndpoint(Store& store, Background& background)
    : store_(store), background_(background), snapshots_(store) {}

Task<Response> ManifestEndpoint::Answer(const Request& request) {
  if (AsksForChanges(request)) return AnswerChanges(request, store_, background_);
  if (SnapshotEndpoint::IsWanted(request)) return snapshots_.Answer(request);
  return AnswerManifest(request);
}

Task<Response> ManifestEndpoint::AnswerManifest(const Request& request) {
  const auto actor_id = FindQueryParameter(request.query(), "actor_id");
  if (!actor_id) co_return ToProblem(actor_id.error());
  if (*actor_id && !IsValidActorId(**actor_id)) {
    co_return MakeProblem(kInvalidActorIdProblem, kActorIdRule);
  }
  const ContentEncoding encoding = NegotiateEncoding(request.Header("Accept-Encoding"));
  // Who has it already is told so without its text being made.
  if (!*actor_id) {
    if (auto unchanged = IfUnchanged(request, encoding)) co_return std::move(*unchanged);
  }
  auto work = [this, actor = *actor_id, encoding] {
    return actor ? OfActor(*actor, encoding) : Whole(encoding);
  };
  Background& thread = *actor_id ? background_ : texts_;
  const Representation chosen = co_await thread.Run(std::move(work));
  co_return AnswerWith(request, chosen);
}

std::optional<Response> ManifestEndpoint::IfUnchanged(const Request& request,
                                                      ContentEncoding encoding) {
  if (!request.has_conditions_or_range()) return std::nullopt;
  const std::string current = store_.ManifestEtag();
  if (current.empty()) return std::nullopt;
  // A large one is sent as it is, whatever the client accepts.
  for (const std::string& etag : {EtagFor(current, encoding), current}) {
    const Validators validators{.etag = etag, .modified_s = std::nullopt};
    if (EvaluatePreconditions(request, validators) == Precondition::kNotModified) {
      return AnswerWith(request, {.body = {}, .etag = etag});
    }
  }
  return std::nullopt;
}

Representation ManifestEndpoint::Whole(ContentEncoding encoding) {
  const std::shared_ptr<const ManifestText> text = store_.ManifestJson();
  if (text->file) {
    // Compressing a large one takes longer than sending it on the machine itself, which is where
    // most clients are.
    const FileSlice all{.fd = text->file, .offset = 0, .length = text->file_bytes};
    return {.body = all, .etag = text->etag};
  }
  if (encoding == ContentEncoding::kIdentity || text->json.size() < kMinCompressedBytes) {
    // The body shares the store's text instead of copying it.
    return {.body = std::shared_ptr<const std::string>(text, &text->json), .etag = text->etag};
  }
  Representation made{.body = {}, .etag = EtagFor(text->etag, encoding), .encoding = encoding};
  std::shared_ptr<const std::string> body;
  {
    const std::lock_guard lock(mutex_);
    if (compressed_etag_ != text->etag) {
      compressed_etag_ = text->etag;
      compressed_.fill(nullptr);
    }
    body = compressed_.at(static_cast<std::size_t>(encoding));
  }
  if (!body) {
    body = std::make_shared<const std::string>(Compress(text->json, encoding));
    const std::lock_guard lock(mutex_);
    if (compressed_etag_ == text->etag) compressed_.at(static_cast<std::size_t>(encoding)) = body;
  }
  made.body = std::move(body);
  return made;
}

Representation ManifestEndpoint::OfActor(const std::string& actor_id, ContentEncoding encoding) {
  ManifestText text = store_.ActorManifest(actor_id);
  std::string& json = text.json;
  if (json.size() < kMinCompressedBytes) encoding = ContentEncoding::kIdentity;
  std::string etag = EtagFor(text.etag, encoding);
  if (encoding != ContentEncoding::kIdentity) json = Compress(json, encoding);
  return {.body = std::make_shared<const std::string>(std::move(json)),
          .etag = std::move(etag),
          .encoding = encoding};
}

}  // namespace image_cache
