#include "native-server/api/endpoints/prefetch_body.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

using nlohmann::json;

std::optional<PrefetchPriority> PriorityFromName(const std::string& name) {
  for (const auto priority :
       {PrefetchPriority::kHigh, PrefetchPriority::kNormal, PrefetchPriority::kLow}) {
    if (name == PriorityName(priority)) return priority;
  }
  return std::nullopt;
}

Result<PrefetchOrder::Image, RequestError> ReadImage(const json& item, std::size_t index) {
  const std::string where = "images[" + std::to_string(index) + "]";
  if (!item.is_object()) return Fail(RequestError::kInvalid, where + " is not an object.");
  const auto url = item.find("s3_url");
  if (url == item.end() || !url->is_string()) {
    return Fail(RequestError::kInvalid, where + ".s3_url is missing or not a string.");
  }
  PrefetchOrder::Image image{.s3_url = url->get<std::string>(), .filename = {}};
  if (const auto name = item.find("filename"); name != item.end() && !name->is_null()) {
    if (!name->is_string()) {
      return Fail(RequestError::kInvalid, where + ".filename is not a string.");
    }
    image.filename = name->get<std::string>();
    if (image.filename.size() > kMaxFilenameBytes) {
      return Fail(RequestError::kInvalid, where + ".filename is longer than 1024 bytes.");
    }
  }
  return image;
}

Result<std::string, RequestError> ReadActorId(const json& body) {
  const auto id = body.find("actor_id");
  if (id == body.end() || !id->is_string()) {
    return Fail(RequestError::kInvalid, "actor_id is missing or not a string.");
  }
  auto text = id->get<std::string>();
  if (!IsValidActorId(text)) {
    return Fail(RequestError::kInvalidActorId, std::string(kActorIdRule));
  }
  return text;
}

// The fields that may be missing.
Result<void, RequestError> ReadChoices(const json& json_body, PrefetchBody& body) {
  if (const auto priority = json_body.find("priority"); priority != json_body.end()) {
    const auto known =
        priority->is_string() ? PriorityFromName(priority->get<std::string>()) : std::nullopt;
    if (!known) {
      return Fail(RequestError::kInvalid, "priority is not one of \"high\", \"normal\", \"low\".");
    }
    body.order.priority = *known;
  }
  if (const auto wait = json_body.find("wait"); wait != json_body.end()) {
    if (!wait->is_boolean()) return Fail(RequestError::kInvalid, "wait is not true or false.");
    body.wait = wait->get<bool>();
  }
  return {};
}

}  // namespace

std::string_view PriorityName(PrefetchPriority priority) {
  switch (priority) {
    case PrefetchPriority::kHigh:
      return "high";
    case PrefetchPriority::kLow:
      return "low";
    case PrefetchPriority::kNormal:
      break;
  }
  return "normal";
}

Result<PrefetchBody, RequestError> ParsePrefetchBody(std::string_view text) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded())
    return Fail(RequestError::kNotJson, "The body cannot be read as JSON.");
  return ReadPrefetchBody(parsed);
}

Result<PrefetchBody, RequestError> ReadPrefetchBody(const json& json_body) {
  if (!json_body.is_object()) return Fail(RequestError::kInvalid, "The body is not an object.");
  PrefetchBody body;
  auto actor_id = ReadActorId(json_body);
  if (!actor_id) return tl::make_unexpected(actor_id.error());
  body.order.actor_id = std::move(*actor_id);
  if (auto choices = ReadChoices(json_body, body); !choices) {
    return tl::make_unexpected(choices.error());
  }

  const auto images = json_body.find("images");
  if (images == json_body.end() || !images->is_array()) {
    return Fail(RequestError::kInvalid, "images is missing or not an array.");
  }
  if (images->size() > kMaxImagesInPrefetch) {
    return Fail(RequestError::kTooManyImages,
                "One request may name up to 10,000 images; send several.");
  }
  body.order.images.reserve(images->size());
  for (const json& item : *images) {
    auto image = ReadImage(item, body.order.images.size());
    if (!image) return tl::make_unexpected(image.error());
    body.order.images.push_back(std::move(*image));
  }
  return body;
}

}  // namespace image_cache
