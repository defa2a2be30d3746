#include "native-server/cli/options.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <utility>
#include <vector>

#include "native-server/base/logging.h"
#include "native-server/cli/duration.h"
#include "native-server/cli/image_widths.h"
#include "native-server/cli/option_kinds.h"
#include "native-server/cli/size.h"
#include "native-server/cli/sync_options.h"
#include "native-server/http/access_policy.h"
#include "native-server/http/server/listener.h"

namespace image_cache {
namespace {

// As browsers send them; "null" is that of a page without one, which is a file for example.
bool IsWebOrigin(const std::string& text) {
  const std::size_t separator = text.find("://");
  return text == "null" ||
         (separator != std::string::npos && separator > 0 && separator + 3 < text.size() &&
          text.find_first_of("/?#@* ", separator + 3) == std::string::npos);
}

// What every subcommand needs to find the cache and to understand its keys.
void AddCacheOptions(CLI::App& app, Settings& settings) {
  app.add_option("--config",
                 "Read options from this TOML file: max-size = \"50GiB\", origin = [\"…\"].")
      ->option_text("FILE");
  AddText(app, "--cache-dir", settings.cache_dir, "DIR",
          "Where the pictures are kept. Made when it is missing.");
  AddText(app, "--s3-endpoint", settings.s3_endpoint, "URL",
          "The S3 server to use when it is not AWS, for example http://localhost:9000. Without "
          "it AWS_ENDPOINT_URL_S3 counts.");
  AddText(app, "--token-file", settings.token_file, "FILE",
          "A file with the bearer token that every request which changes something must show.");
  AddChoice(app, "--log-level", settings.log_level, {std::begin(kLogLevels), std::end(kLogLevels)},
            "How much is logged to stderr.");
  AddChoice(app, "--log-format", settings.log_format, {"text", "json"},
            "Log lines for people or for machines.");
}

void AddDownloadOptions(CLI::App& app, Settings& settings) {
  AddList(app, "--origin", settings.origins, "PATTERN",
          "Which URLs may be fetched: https://*.example.com, http://127.0.0.1:9000. Without it: "
          "the hosts of AWS S3, https only. The endpoint is always allowed.");
  AddList(app, "--origin-address", settings.origin_addresses, "ADDRESS[/BITS]",
          "An address or network, not of the public internet, that the names of allowed origins "
          "may lead to: 10.1.2.3, 10.0.0.0/8, fd12:3456::/32.");
  AddText(app, "--s3-region", settings.s3_region, "NAME",
          "The region that requests are signed for. Without it: AWS_REGION, the profile's, "
          "us-east-1.");
  app.add_flag("--s3-path-style", settings.s3_path_style,
               "Ask for s3:// URLs as /bucket/key, not on a host named after the bucket. An "
               "endpoint that is an address, localhost or a name without a dot always is.")
      ->group(kSettings);
  app.add_option("--downloads", settings.downloads,
                 "How many downloads run at once [" + std::to_string(settings.downloads) + "]")
      ->option_text("N")
      ->check(CLI::Range(1, 1024))
      ->group(kSettings);
  app.add_flag(
         "--debuggable", settings.debuggable,
         "Let the kernel write core dumps, and debuggers and profilers look into the process. "
         "Both would show credentials and signatures.")
      ->group(kSettings);
}

// For who adds pictures, and so may have to make room for them.
void AddLimitOptions(CLI::App& app, Settings& settings) {
  AddSize(
      app, "--max-size", settings.max_size_bytes,
      "The most that the cache folder may take, with all that du counts. Before it is exceeded, "
      "whole actors are removed, those that are opened least first.");
  AddSize(app, "--min-free", settings.min_free_bytes,
          "How much of the disk is left free for others.");
  AddCount(app, "--min-free-inodes", settings.min_free_inodes, 0,
           "How many files others may still make on the disk");
  AddSize(app, "--max-image-size", settings.max_image_bytes, "A larger picture is not cached.");
  AddCount(
      app, "--max-image-pixels", settings.max_image_pixels, 1,
      "A picture with more, width x height, is not cached: whoever shows it would need several "
      "bytes of memory for each");
  AddChoice(app, "--svg", settings.svg, {"refuse", "sandbox"},
            "Whether SVGs, which can hold scripts, are refused, or cached and served in a sandbox "
            "that runs none.");
}

// A time, or 0.
void AddTime(CLI::App& app, const std::string& name, std::chrono::seconds& value,
             const std::string& what) {
  app.add_option_function<std::string>(
         name,
         [name, &value](const std::string& text) {
           const auto parsed = text == "0" ? std::chrono::seconds(0) : ParseDuration(text);
           if (!parsed) {
             throw CLI::ValidationError(
                 name, "'" + text + "' is not a time; write it as 7d, 12h, 10m, 30s, or 0");
           }
           value = *parsed;
         },
         what)
      ->option_text("TIME")
      ->group(kSettings);
}

void AddCompressionOptions(CLI::App& app, Settings& settings) {
  AddTime(app, "--compress-after", settings.compress_after,
          "JPEGs of actors that nobody has opened for so long are kept as lossless JPEG XL, which "
          "takes a fifth less, until they are opened again. 0: off. [0]");
  app.add_option("--compress-share", settings.compress_share_percent,
                 "How much of one core that may use, in percent [" +
                     std::to_string(settings.compress_share_percent) + "]")
      ->option_text("PERCENT")
      ->check(CLI::Range(1, 100))
      ->group(kSettings);
}

void AddServe(CLI::App& root, Settings& settings) {
  CLI::App& app = *root.add_subcommand(
      "serve", "Run the cache server until it is interrupted; it then finishes what it does.");
  AddText(app, "--listen", settings.listen, "HOST:PORT",
          "Where to listen. Port 0 takes one that is free; the line 'listening on …' says which.")
      ->check([](const std::string& text) {
        return ParseListenAddress(text)
                   ? std::string()
                   : "'" + text + "' is not HOST:PORT; write it as 127.0.0.1:8787 or [::1]:8787";
      });
  AddCacheOptions(app, settings);
  AddLimitOptions(app, settings);
  AddDownloadOptions(app, settings);
  AddList(app, "--allowed-host", settings.allowed_hosts, "NAME",
          "A host name, without a port, that the server answers to besides its listen address. "
          "Without it: localhost, 127.0.0.1, [::1].")
      ->check([](const std::string& text) {
        const bool is_name = text.find('/') == std::string::npos && HostWithoutPort(text) == text;
        return is_name ? std::string()
                       : "'" + text + "' is no host name alone; write it as cache.example.com";
      });
  AddList(app, "--allowed-origin", settings.allowed_origins, "ORIGIN",
          "A web origin whose pages may read and change the cache, besides the server's own. "
          "Without it: http://localhost:5173.")
      ->check([](const std::string& text) {
        return IsWebOrigin(text) ? std::string()
                                 : "'" + text +
                                       "' is no web origin, which has a scheme, a host and no "
                                       "path; write it as http://localhost:3000";
      });
  AddText(app, "--static-dir", settings.static_dir, "DIR",
          "A built web page to serve beside the API.");
  app.add_flag("--no-console", settings.no_console,
               "Do not serve the server's own page, which is at /console/, and at / unless "
               "--static-dir is given.")
      ->group(kSettings);
  app.add_option_function<std::string>(
         "--image-widths",
         [&settings](const std::string& text) {
           auto widths = ParseImageWidths(text);
           if (!widths) throw CLI::ValidationError("--image-widths", widths.error());
           settings.image_widths = std::move(*widths);
         },
         "The widths in pixels that pages may ask for pictures in (image?path=…&w=256), or 'off'. "
         "[" +
             FormatImageWidths(settings.image_widths) + "]")
      ->option_text("W,W,…|off")
      ->group(kSettings);
  AddTime(app, "--image-widths-ahead", settings.image_widths_ahead,
          "Of each picture that is downloaded, the widths that pages have asked for in this time "
          "are made in idle time, before anybody asks. 0: when asked for. [10m]");
  AddSize(app, "--scrub", settings.scrub_bytes_per_second,
          "How many bytes a second are read in idle time to find pictures that the disk has "
          "damaged; they are dropped, and fetched again. 0: off.");
  AddSyncSchedule(app, settings);
  AddWarmingAtStart(app, settings);
  AddCompressionOptions(app, settings);
  AddChoice(app, "--usage-model", settings.usage_model, {"off", "learn", "prefetch"},
            "Whether the server learns which actor is opened after which, and whether it fetches "
            "the first pictures of the one that is probably next while nothing else is wanted.");
  AddText(app, "--trace", settings.trace_file, "FILE",
          "Record who asks for which picture in this CSV file, for 'image-cache replay'. One that "
          "is there already is gone on with.");
  AddText(
      app, "--access-log", settings.access_log, "FILE",
      "Write a line for each request to this file; '-' is standard output. Signatures and tokens "
      "are left out.");
  AddChoice(app, "--access-log-format", settings.access_log_format, {"combined", "json"},
            "Lines as Apache and nginx write them, or one JSON object each.");
  app.add_flag("--server-timing", settings.server_timing,
               "Tell browsers in the header Server-Timing what a picture has waited for.")
      ->group(kSettings);
  app.add_option("--threads", settings.threads,
                 "How many threads serve requests [one for each core]")
      ->option_text("N")
      ->check(CLI::Range(1, 1024))
      ->group(kSettings);
  app.add_flag("--exit-with-parent", settings.exit_with_parent,
               "Stop when the process that has started the server ends, however it ends.")
      ->group(kSettings);
}

void AddOthers(CLI::App& root, Settings& settings) {
  CLI::App& stats = *root.add_subcommand(
      "stats", "Print what is cached and, when the server runs, how well it serves.");
  stats.add_flag("--json", settings.json, "Print JSON, as GET /api/cache/stats gives it.");
  stats
      .add_option("--history", settings.history,
                  "Print what was done in each of the last 60 minutes, 48 hours or 90 days.")
      ->option_text("minute|hour|day")
      ->check(CLI::IsMember({"minute", "hour", "day"}));
  AddCacheOptions(stats, settings);

  CLI::App& verify = *root.add_subcommand(
      "verify", "Compare what the cache knows with what is on the disk, and say what is wrong.");
  verify.add_flag(
      "--repair", settings.repair,
      "Drop what is broken, so that it is fetched again, and remove what is left over.");
  verify.add_flag("--json", settings.json, "Print JSON, as GET /api/cache/verify gives it.");
  AddSize(verify, "--rate", settings.verify_bytes_per_second,
          "How many bytes a second are read at most. 0: as fast as it goes.");
  AddCacheOptions(verify, settings);

  CLI::App& warm = *root.add_subcommand(
      "warm", "Fetch a list of pictures into the cache, through the server when it runs.");
  warm.add_option(
          "SOURCE", settings.warm_file,
          "A file, or '-' for standard input, with JSON ({\"actor_id\": \"0001\", \"images\": "
          "[{\"s3_url\": \"…\"}]}, or an array of those) or with a URL a line, and the actor's id "
          "behind a tab. Or s3://bucket/prefix/: all pictures below it, of the actor that the "
          "first folder is named after.")
      ->required();
  warm.add_option("--actor", settings.warm_actor_id,
                  "Whose pictures those of an s3:// folder, or of lines without an actor, are.")
      ->option_text("ID");
  AddCacheOptions(warm, settings);
  AddLimitOptions(warm, settings);
  AddDownloadOptions(warm, settings);

  CLI::App& clear =
      *root.add_subcommand("clear", "Remove the pictures of one actor from the cache, or all.");
  clear.add_option("ACTOR", settings.actor_id, "The actor's id. Without it everything is removed.");
  AddCacheOptions(clear, settings);
}

void AddReplay(CLI::App& root, Settings& settings) {
  CLI::App& app = *root.add_subcommand(
      "replay", "Tell how other cache sizes and policies would have done, from an access trace.");
  app.add_option("TRACE", settings.replay_file,
                 "A CSV file: time,id,size,actor,prefetch (docs/eviction.md).")
      ->required();
  app.add_option_function<std::vector<std::string>>(
         "--size",
         [&settings](const std::vector<std::string>& texts) {
           settings.replay_sizes.clear();
           for (const std::string& text : texts) {
             settings.replay_sizes.push_back(ReadSize("--size", text));
           }
         },
         "A size of the cache to try; may be given several times.")
      ->option_text("SIZE ...")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--predict", settings.replay_predict,
               "Tell how often the usage model would have guessed the next opening, beside simple "
               "rules, and what prefetching its guesses would have cost.");
  app.add_option("--openings", settings.openings_file,
                 "Write a row for each opening of an actor to this CSV file.")
      ->option_text("FILE");
  app.add_flag("--json", settings.json, "Print JSON.");
}

// For who builds and packs the program.
void AddGenerate(CLI::App& root, Settings& settings) {
  CLI::App& app = *root.add_subcommand("generate", "Print the manual or a shell's completion.");
  app.group("");  // hidden
  app.add_option("WHAT", settings.generated, "man, bash, zsh or fish.")
      ->required()
      ->check(CLI::IsMember({"man", "bash", "zsh", "fish"}));
}

}  // namespace

std::unique_ptr<CLI::App> MakeApp(Settings& settings) {
  auto app = std::make_unique<CLI::App>(
      "A local cache for pictures that are kept in S3: image-cache serves them from the disk, and\n"
      "fetches each of them once.",
      "image-cache");
  app->set_version_flag("--version", "image-cache " IMAGE_CACHE_VERSION, "Print the version.");
  app->require_subcommand(1);
  app->footer(
      "Every setting can also be given by an environment variable (IMAGE_CACHE_MAX_SIZE for\n"
      "--max-size; lists are separated by commas) and in the file that --config names. A flag "
      "beats\n"
      "the variable, which beats the file.");
  AddServe(*app, settings);
  AddOthers(*app, settings);
  CLI::App& sync = AddSync(*app, settings);
  AddCacheOptions(sync, settings);
  AddLimitOptions(sync, settings);
  AddDownloadOptions(sync, settings);
  AddReplay(*app, settings);
  AddGenerate(*app, settings);
  return app;
}

bool IsLayered(const CLI::Option& option) { return option.get_group() == kSettings; }

}  // namespace image_cache
