#include "wasm/prefetch_queue_handle.h"

#include <emscripten/bind.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/paths/actor_id.h"
#include "wasm/js_values.h"

namespace image_cache {
namespace {

using emscripten::val;

constexpr std::string_view kPriorityNames[] = {"high", "normal", "low"};
constexpr std::string_view kHoldNames[] = {"none",    "turn",       "retry", "paused",
                                           "offline", "data-saver", "hidden"};
constexpr std::string_view kOutcomeNames[] = {"cached", "already_cached", "retry", "failed"};

// The enumerator that stands at the name's place; nothing for another name.
template <typename Enum, std::size_t N>
std::optional<Enum> Named(const std::string_view (&names)[N], std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Enum>(found - std::begin(names));
}

PrefetchOptions OptionsFromJs(const val& object) {
  PrefetchOptions options;
  if (object.isUndefined() || object.isNull()) return options;
  const std::pair<const char*, std::int64_t*> fields[] = {
      {"pauseBetweenActorsMs", &options.pause_between_actors_ms},
      {"hiddenPauseMs", &options.hidden_pause_ms},
      {"maxAttempts", &options.max_attempts},
      {"firstRetryDelayMs", &options.first_retry_delay_ms},
      {"maxRetryDelayMs", &options.max_retry_delay_ms},
      {"batchImages", &options.batch_images},
      {"slowBatchImages", &options.slow_batch_images},
      {"batchesPerActor", &options.batches_per_actor},
      {"maxBatches", &options.max_batches},
      {"maxFinishedActors", &options.max_finished_actors}};
  for (const auto& [name, field] : fields) *field = WholeNumber(object[name], *field);
  return options;
}

std::int64_t TimeFromJs(double now_ms) { return WholeNumber(val(now_ms), 0); }

std::vector<PrefetchImage> ImagesFromJs(const val& array, const S3Addressing& addressing) {
  std::vector<PrefetchImage> images;
  const auto count = array["length"].as<unsigned>();
  images.reserve(count);
  for (unsigned i = 0; i < count; ++i) {
    const val object = array[i];
    PrefetchImage image{StringField(object, "s3_url"),
                        StringField(object, "filename"),
                        {},
                        object["cached"].isTrue()};
    Result<std::string, UrlError> key = MakeCacheKey(image.s3_url, addressing);
    if (!key) continue;
    image.key = std::move(*key);
    images.push_back(std::move(image));
  }
  return images;
}

template <typename Items, typename Convert>
val ArrayToJs(const Items& items, Convert convert) {
  val array = val::array();
  unsigned index = 0;
  for (const auto& item : items) array.set(index++, convert(item));
  return array;
}

val BatchToJs(const PrefetchBatch& batch) {
  val object = val::object();
  object.set("id", ToJs(batch.id));
  object.set("actorId", ToJs(batch.actor_id));
  object.set("priority", ToJs(kPriorityNames[static_cast<std::size_t>(batch.priority)]));
  object.set("images", ArrayToJs(batch.images, [](const PrefetchImage& image) {
               val item = val::object();
               item.set("s3_url", ToJs(image.s3_url));
               item.set("filename", ToJs(image.filename));
               return item;
             }));
  return object;
}

}  // namespace

PrefetchQueueHandle::PrefetchQueueHandle(const ManifestHandle& manifest, const val& options)
    : manifest_(manifest), queue_(OptionsFromJs(options)) {}

int PrefetchQueueHandle::Enqueue(const std::string& actor_id, const val& images,
                                 const std::string& priority) {
  const auto wanted = Named<PrefetchPriority>(kPriorityNames, priority);
  if (!IsValidActorId(actor_id) || !wanted || !images.isArray()) return -1;
  std::vector<PrefetchImage> valid = ImagesFromJs(images, manifest_.addressing());
  const auto left_out = images["length"].as<unsigned>() - static_cast<unsigned>(valid.size());
  queue_.Enqueue(actor_id, std::move(valid), *wanted);
  return static_cast<int>(left_out);
}

val PrefetchQueueHandle::Next(double now_ms) {
  const PrefetchStep step = queue_.Next(TimeFromJs(now_ms));
  val object = val::object();
  switch (step.kind) {
    case PrefetchStep::Kind::kStart:
      object.set("kind", ToJs("start"));
      object.set("batch", BatchToJs(step.batch));
      break;
    case PrefetchStep::Kind::kAbort:
      object.set("kind", ToJs("abort"));
      object.set("batchId", ToJs(step.batch.id));
      break;
    case PrefetchStep::Kind::kWait:
      object.set("kind", ToJs("wait"));
      object.set("waitMs", static_cast<double>(step.wait_ms));
      break;
    case PrefetchStep::Kind::kIdle:
      object.set("kind", ToJs("idle"));
      break;
  }
  return object;
}

void PrefetchQueueHandle::Finish(double batch_id, const val& results, double now_ms) {
  std::vector<PrefetchResult> outcomes;
  const unsigned count = results.isArray() ? results["length"].as<unsigned>() : 0;
  for (unsigned i = 0; i < count; ++i) {
    const val object = results[i];
    const Result<std::string, UrlError> key =
        MakeCacheKey(StringField(object, "s3_url"), manifest_.addressing());
    const auto outcome = Named<PrefetchOutcome>(kOutcomeNames, StringField(object, "outcome"));
    if (!key || !outcome) continue;
    const std::int64_t bytes = std::max<std::int64_t>(WholeNumber(object["bytes"], 0), 0);
    outcomes.push_back({*key, *outcome, static_cast<std::uint64_t>(bytes)});
  }
  const std::int64_t id = WholeNumber(val(batch_id), 0);
  queue_.Finish(static_cast<std::uint64_t>(id), outcomes, TimeFromJs(now_ms));
}

void PrefetchQueueHandle::SetVisible(const std::string& actor_id, const val& s3_urls,
                                     bool is_visible) {
  const unsigned count = s3_urls.isArray() ? s3_urls["length"].as<unsigned>() : 0;
  for (unsigned i = 0; i < count; ++i) {
    const val url = s3_urls[i];
    if (!url.isString()) continue;
    const Result<std::string, UrlError> key =
        MakeCacheKey(url.as<std::string>(), manifest_.addressing());
    if (key) queue_.SetVisible(actor_id, *key, is_visible);
  }
}

void PrefetchQueueHandle::SetConditions(const val& conditions) {
  queue_.SetConditions({conditions["offline"].isTrue(), conditions["saveData"].isTrue(),
                        conditions["slow"].isTrue(), conditions["hidden"].isTrue()});
}

val PrefetchQueueHandle::Progress() const {
  const PrefetchProgress progress = queue_.Progress();
  val object = val::object();
  object.set("total", ToJs(progress.total));
  object.set("completed", ToJs(progress.completed));
  object.set("failed", ToJs(progress.failed));
  object.set("cancelled", ToJs(progress.cancelled));
  object.set("imagesTotal", ToJs(progress.images.total));
  object.set("imagesCompleted", ToJs(progress.images.completed));
  object.set("imagesFailed", ToJs(progress.images.failed));
  object.set("imagesSkipped", ToJs(progress.images.skipped));
  object.set("imagesCancelled", ToJs(progress.images.cancelled));
  object.set("bytes", ToJs(progress.bytes));
  object.set("current", progress.current.empty() ? val::null() : ToJs(progress.current));
  object.set("paused", progress.paused);
  object.set("bytesPerSecond", ToJs(progress.bytes_per_second));
  object.set("msLeft",
             progress.left_ms ? val(static_cast<double>(*progress.left_ms)) : val::null());
  return object;
}

val PrefetchQueueHandle::Describe(double limit) const {
  const std::int64_t count = std::max<std::int64_t>(WholeNumber(val(limit), 0), 0);
  return ArrayToJs(queue_.Describe(static_cast<std::size_t>(count)), [](const QueuedActor& actor) {
    val object = val::object();
    object.set("actorId", ToJs(actor.id));
    object.set("priority", ToJs(kPriorityNames[static_cast<std::size_t>(actor.priority)]));
    object.set("imagesLeft", ToJs(actor.images_left));
    object.set("hasVisible", actor.has_visible);
    object.set("hold", ToJs(kHoldNames[static_cast<std::size_t>(actor.hold)]));
    object.set("retryInMs", static_cast<double>(actor.retry_in_ms));
    return object;
  });
}

EMSCRIPTEN_BINDINGS(image_cache_prefetch) {
  emscripten::class_<PrefetchQueueHandle>("PrefetchQueue")
      .constructor<const ManifestHandle&, const val&>()
      .function("enqueue", &PrefetchQueueHandle::Enqueue)
      .function("next", &PrefetchQueueHandle::Next)
      .function("finish", &PrefetchQueueHandle::Finish)
      .function("pause", &PrefetchQueueHandle::Pause)
      .function("resume", &PrefetchQueueHandle::Resume)
      .function("open", &PrefetchQueueHandle::Open)
      .function("leave", &PrefetchQueueHandle::Leave)
      .function("setVisible", &PrefetchQueueHandle::SetVisible)
      .function("setConditions", &PrefetchQueueHandle::SetConditions)
      .function("cancel", &PrefetchQueueHandle::Cancel)
      .function("cancelAll", &PrefetchQueueHandle::CancelAll)
      .function("progress", &PrefetchQueueHandle::Progress)
      .function("describe", &PrefetchQueueHandle::Describe)
      .function("isBusyWith", &PrefetchQueueHandle::IsBusyWith);
}

}  // namespace image_cache
