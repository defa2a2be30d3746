#include "native-server/cli/warm/list_reader.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/endpoints/prefetch_body.h"
#include "native-server/cli/warm/pieces.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

// They are read whole, and take several times as much memory then.
constexpr std::size_t kMaxJsonBytes = std::size_t{256} << 20;

// The bodies of POST /api/cache/prefetch: one, or an array of them.
class JsonSource final : public WarmSource {
 public:
  explicit JsonSource(std::vector<PrefetchOrder> pieces) : pieces_(std::move(pieces)) {
    for (const PrefetchOrder& piece : pieces_) total_ += piece.images.size();
  }

  Outcome<std::vector<PrefetchOrder>> Next() override { return std::exchange(pieces_, {}); }
  std::optional<std::size_t> Total() const override { return total_; }
  std::string LeftOut() const override { return {}; }

 private:
  std::vector<PrefetchOrder> pieces_;
  std::size_t total_ = 0;
};

Outcome<std::unique_ptr<WarmSource>> ReadJson(std::istream& stream, const std::string& name) {
  std::string text;
  std::array<char, 64 * 1024> piece{};
  while (stream.read(piece.data(), piece.size()) || stream.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMaxJsonBytes) {
      return Failed("the list " + name +
                    " is larger than 256 MiB; give it in parts, or a URL a line, without a limit");
    }
  }
  nlohmann::json list = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (list.is_discarded()) return Failed("the list " + name + " cannot be read as JSON");
  const bool single = !list.is_array();
  if (single) list = nlohmann::json::array({std::move(list)});

  std::vector<PrefetchOrder> orders;
  for (const nlohmann::json& item : list) {
    auto body = ReadPrefetchBody(item);
    if (!body) {
      const std::string place = single ? "" : fmt::format(", item {}", orders.size());
      return Failed(fmt::format("the list {}{}: {}", name, place, body.error().detail));
    }
    orders.push_back(std::move(body->order));
  }
  return std::make_unique<JsonSource>(CutIntoPieces(std::move(orders), kImagesInPiece));
}

// "URL" or "URL<tab>ACTOR"; an empty line and one that begins with '#' are passed over.
class LineSource final : public WarmSource {
 public:
  LineSource(std::shared_ptr<std::istream> stream, ListOrigin origin)
      : stream_(std::move(stream)), origin_(std::move(origin)) {}

  Outcome<std::vector<PrefetchOrder>> Next() override {
    std::vector<PictureOfActor> pictures;
    while (pictures.size() < kImagesInBatch) {
      auto line = ReadLine();
      if (!line) return tl::make_unexpected(line.error());
      if (!*line) break;
      if ((*line)->empty() || (*line)->front() == '#') continue;
      auto picture = ReadPicture(**line);
      if (!picture) return tl::make_unexpected(picture.error());
      pictures.push_back(std::move(*picture));
    }
    return CutIntoPieces(GroupByActor(std::move(pictures)), kImagesInPiece);
  }
  std::optional<std::size_t> Total() const override { return std::nullopt; }
  std::string LeftOut() const override { return {}; }

 private:
  // Nothing at the end.
  Outcome<std::optional<std::string>> ReadLine() {
    stream_->getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    ++line_;
    if (stream_->bad()) return Failed(fmt::format("cannot read the list {} on", origin_.name));
    if (stream_->eof() && stream_->gcount() == 0) return std::nullopt;
    if (stream_->fail() && !stream_->eof()) {
      return Failed(Place() + "is longer than a URL of 8 KiB and an actor id");
    }
    // Without the line's end, which the last one may lack.
    const auto length = static_cast<std::size_t>(stream_->gcount()) - (stream_->eof() ? 0 : 1);
    std::string text(buffer_.data(), length);
    if (!text.empty() && text.back() == '\r') text.pop_back();
    return text;
  }

  Outcome<PictureOfActor> ReadPicture(const std::string& line) const {
    const std::size_t tab = line.find('\t');
    PictureOfActor picture{.actor_id = origin_.actor_id,
                           .image = {.s3_url = line.substr(0, tab), .filename = {}}};
    if (tab != std::string::npos) {
      picture.actor_id = line.substr(tab + 1);
      if (!IsValidActorId(picture.actor_id)) {
        return Failed(
            fmt::format("{}has '{}' for an actor. {}", Place(), picture.actor_id, kActorIdRule));
      }
    } else if (picture.actor_id.empty()) {
      // As for whoever asks by URL alone. A URL that is none fails by itself, with the others done.
      picture.actor_id =
          DefaultActorId(MakeCacheKey(picture.image.s3_url, origin_.addressing).value_or(""));
    }
    return picture;
  }

  std::string Place() const {
    return fmt::format("the list {}, line {}: it ", origin_.name, line_);
  }

  const std::shared_ptr<std::istream> stream_;
  const ListOrigin origin_;
  std::size_t line_ = 0;
  // With the tab, a carriage return and the final zero.
  std::array<char, kMaxUrlBytes + kMaxActorIdBytes + 3> buffer_;
};

}  // namespace

Outcome<std::unique_ptr<WarmSource>> ReadList(std::shared_ptr<std::istream> stream,
                                              ListOrigin origin) {
  // An editor may have put a byte order mark first. No URL begins with that byte.
  if (stream->peek() == 0xEF) stream->ignore(3);
  // The form is told by the first byte: no URL begins with a bracket.
  const int first = stream->good() ? (*stream >> std::ws).peek() : std::istream::traits_type::eof();
  if (first == std::istream::traits_type::eof()) {
    return Failed(fmt::format("the list {} is empty; give JSON, or a URL a line", origin.name));
  }
  if (first != '{' && first != '[') {
    return std::make_unique<LineSource>(std::move(stream), std::move(origin));
  }
  if (!origin.actor_id.empty()) {
    return WrongUsage(
        "--actor is for s3:// folders and lists of lines; a list in JSON names its "
        "actors itself");
  }
  return ReadJson(*stream, origin.name);
}

}  // namespace image_cache
