// The pictures in a folder of a bucket, by ListObjectsV2.
#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "native-server/cli/error_text.h"
#include "native-server/cli/parts.h"
#include "native-server/cli/warm/pieces.h"
#include "native-server/cli/warm/warm_source.h"
#include "native-server/origin/listing/bucket_reader.h"
#include "native-server/services/buckets/bucket_folder.h"

namespace image_cache {
namespace {

// Listed by this program, also for a server that runs: that one is handed what is to be fetched.
class BucketSource final : public WarmSource {
 public:
  BucketSource(const Settings& settings, BucketFolder folder, const S3Addressing& addressing,
               OriginAccess access)
      : folder_(std::move(folder)),
        takes_svg_(settings.svg == "sandbox"),
        access_(std::move(access)),
        has_credentials_(access_.credentials->Get().has_value()),
        downloader_(Downloader::Create(MakeDownloaderOptions(settings), addressing, access_.policy,
                                       *access_.credentials)),
        reader_(*downloader_, {.bucket = folder_.bucket, .prefix = folder_.prefix}) {}

  Outcome<std::vector<PrefetchOrder>> Next() override {
    // A page without a picture is not the end.
    for (;;) {
      auto page = reader_.Next();
      if (!page) {
        return tl::make_unexpected(
            DescribeListingError(page.error(), folder_.Url(), has_credentials_));
      }
      if (page->empty()) break;
      auto pieces = PiecesOf(*page);
      if (!pieces.empty()) return pieces;
    }
    if (pictures_ == 0) {
      return Failed(
          fmt::format("there is no picture of an actor in {}{}; name the folder that has "
                      "the actors' folders in it, or give --actor ID",
                      folder_.Url(), LeftOut().empty() ? "" : " (" + LeftOut() + ")"));
    }
    return std::vector<PrefetchOrder>();
  }

  std::optional<std::size_t> Total() const override { return std::nullopt; }

  std::string LeftOut() const override {
    std::string text;
    if (others_ > 0) text = fmt::format("not named as pictures are: {}", others_);
    if (no_actor_ > 0) {
      text += fmt::format("{}in no actor's folder: {}", text.empty() ? "" : ", ", no_actor_);
    }
    return text;
  }

 private:
  std::vector<PrefetchOrder> PiecesOf(const std::vector<ListedObject>& page) {
    std::vector<PictureOfActor> pictures;
    for (const ListedObject& listed : page) {
      FolderObject object = DescribeObject(folder_, listed.key, takes_svg_);
      switch (object.kind) {
        case FolderObject::Kind::kPicture:
          pictures.push_back({.actor_id = std::move(object.actor_id),
                              .image = {.s3_url = std::move(object.s3_url), .filename = {}}});
          break;
        case FolderObject::Kind::kOther:
          ++others_;
          break;
        case FolderObject::Kind::kNoActor:
          ++no_actor_;
          break;
      }
    }
    pictures_ += pictures.size();
    return CutIntoPieces(GroupByActor(std::move(pictures)), kImagesInPiece);
  }

  const BucketFolder folder_;
  const bool takes_svg_;
  const OriginAccess access_;
  const bool has_credentials_;
  const std::unique_ptr<Downloader> downloader_;
  BucketReader reader_;  // last: it asks through all of the above
  std::size_t pictures_ = 0, others_ = 0, no_actor_ = 0;
};

}  // namespace

Outcome<std::unique_ptr<WarmSource>> OpenBucketSource(const Settings& settings) {
  auto folder = ParseBucketFolder(settings.warm_file);
  if (!folder) return WrongUsage(folder.error().detail);
  folder->actor_id = settings.warm_actor_id;
  auto addressing = MakeAddressing(settings);
  if (!addressing) return tl::make_unexpected(addressing.error());
  auto access = MakeOriginAccess(settings, *addressing);
  if (!access) return tl::make_unexpected(access.error());
  return std::make_unique<BucketSource>(settings, std::move(*folder), *addressing,
                                        std::move(*access));
}

}  // namespace image_cache
