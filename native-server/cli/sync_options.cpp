#include "native-server/cli/sync_options.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "native-server/cli/duration.h"
#include "native-server/cli/option_kinds.h"
#include "native-server/services/buckets/bucket_folder.h"

namespace image_cache {

void AddSyncSchedule(CLI::App& serve, Settings& settings) {
  AddList(serve, "--sync", settings.sync_folders, "S3://BUCKET/PREFIX/[=ACTOR]",
          "Keep what is cached in step with this folder of a bucket: new, changed and gone "
          "pictures, of the actor that the first folder below is named after, or of ACTOR.")
      ->check([](const std::string& text) {
        const auto folder = ParseBucketFolderOfActor(text);
        return folder ? std::string() : folder.error().detail;
      });
  serve
      .add_option_function<std::string>(
          "--every",
          [&settings](const std::string& text) {
            const auto every = ParseDuration(text);
            if (!every) {
              throw CLI::ValidationError(
                  "--every", "'" + text + "' is not a span of time; write it as 30s, 10m or 1h");
            }
            settings.sync_every = *every;
          },
          "How often that is done [" + FormatDuration(settings.sync_every) + "]")
      ->option_text("TIME")
      ->group(kSettings);
  serve
      .add_flag("--sync-delete", settings.sync_delete,
                "Remove what is gone from S3 even when that is more than half of what is cached of "
                "a folder.")
      ->group(kSettings);
  // Understood only to be refused: a schedule has nobody to tell what it would do.
  serve
      .add_flag_callback(
          "--dry-run",
          [] {
            throw CLI::ValidationError(
                "--dry-run",
                "serve does what --sync says; 'image-cache sync s3://… --dry-run' tells "
                "what that would be");
          })
      ->group("");
}

void AddWarmingAtStart(CLI::App& serve, Settings& settings) {
  AddList(
      serve, "--warm", settings.warm_at_start, "ACTOR|FILE|S3://BUCKET/PREFIX/[=ACTOR]",
      "Fetch this when the server is ready, as far as there is room: an actor's pictures, a "
      "list as for 'image-cache warm' (a name with a slash or a dot), or a folder of a bucket.");
  serve
      .add_flag(
          "--warm-last", settings.warm_last,
          "Remember the 32 actors that were opened last, and fetch what is missing of them at "
          "the next start.")
      ->group(kSettings);
}

CLI::App& AddSync(CLI::App& root, Settings& settings) {
  CLI::App& sync =
      *root.add_subcommand("sync", "Bring what is cached in step with a folder of a bucket, once.");
  sync.add_option("FOLDER", settings.sync_folder, "s3://bucket/prefix/")->required();
  sync.add_option("--actor", settings.sync_actor_id,
                  "Whose the pictures are. Without it: of the first folder below the prefix.")
      ->option_text("ID");
  sync.add_flag("--dry-run", settings.dry_run, "Print what would be done, and change nothing.");
  sync.add_flag("--delete", settings.sync_delete,
                "Remove what is gone from S3 even when that is more than half of what is cached.");
  sync.add_flag("--json", settings.json, "Print JSON, as POST /api/cache/sync answers it.");
  return sync;
}

}  // namespace image_cache
