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
  SetNumber(object, "id", static_cast<double>(batch.id));
  SetText(object, "actorId", batch.actor_id);
  SetText(object, "priority", kPriorityNames[static_cast<std::size_t>(batch.priority)]);
  SetValue(object, "images", ArrayToJs(batch.images, [](const PrefetchImage& image) {
             val item = val::object();
             SetText(item, "s3_url", image.s3_url);
             SetText(item, "filename", image.filename);
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
      SetText(object, "kind", "start");
      SetValue(object, "batch", BatchToJs(step.batch));
      break;
    case PrefetchStep::Kind::kAbort:
      SetText(object, "kind", "abort");
      SetNumber(object, "batchId", static_cast<double>(step.batch.id));
      break;
    case PrefetchStep::Kind::kWait:
      SetText(object, "kind", "wait");
      SetNumber(object, "waitMs", static_cast<double>(step.wait_ms));
      break;
    case PrefetchStep::Kind::kIdle:
      SetText(object, "kind", "idle");
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
  SetNumber(object, "total", static_cast<double>(progress.total));
  SetNumber(object, "completed", static_cast<double>(progress.completed));
  SetNumber(object, "failed", static_cast<double>(progress.failed));
  SetNumber(object, "cancelled", static_cast<double>(progress.cancelled));
  SetNumber(object, "imagesTotal", static_cast<double>(progress.images.total));
  SetNumber(object, "imagesCompleted", static_cast<double>(progress.images.completed));
  SetNumber(object, "imagesFailed", static_cast<double>(progress.images.failed));
  SetNumber(object, "imagesSkipped", static_cast<double>(progress.images.skipped));
  SetNumber(object, "imagesCancelled", static_cast<double>(progress.images.cancelled));
  SetNumber(object, "bytes", static_cast<double>(progress.bytes));
  SetValue(object, "current", progress.current.empty() ? val::null() : val(progress.current));
  SetFlag(object, "paused", progress.paused);
  SetNumber(object, "bytesPerSecond", static_cast<double>(progress.bytes_per_second));
  SetValue(object, "msLeft",
           progress.left_ms ? val(static_cast<double>(*progress.left_ms)) : val::null());
  return object;
}

val PrefetchQueueHandle::Describe(double limit) const {
  const std::int64_t count = std::max<std::int64_t>(WholeNumber(val(limit), 0), 0);
  return ArrayToJs(queue_.Describe(static_cast<std::size_t>(count)), [](const QueuedActor& actor) {
    val object = val::object();
    SetText(object, "actorId", actor.id);
    SetText(object, "priority", kPriorityNames[static_cast<std::size_t>(actor.priority)]);
    SetNumber(object, "imagesLeft", static_cast<double>(actor.images_left));
    SetFlag(object, "hasVisible", actor.has_visible);
    SetText(object, "hold", kHoldNames[static_cast<std::size_t>(actor.hold)]);
    SetNumber(object, "retryInMs", static_cast<double>(actor.retry_in_ms));
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
