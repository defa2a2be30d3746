#include "native-server/store/smaller/smaller_folder.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "native-server/store/folder/beneath.h"

namespace image_cache {
std::vector<SmallerFolder::File> SmallerFolder::List() const {
  std::vector<File> found;
  FileSystem& files = folder_.files();
  const auto actor_ids = files.List(folder_.fd(), kSmallerFolder);
  if (!actor_ids) return found;
  for (const std::string& actor_id : *actor_ids) {
    const auto names = files.List(folder_.fd(), SmallerFolderOf(actor_id));
    const auto place = files.Open(folder_.fd(), SmallerFolderOf(actor_id), O_PATH | O_DIRECTORY);
    if (!names || !place) continue;
    for (const std::string& text : *names) {
      auto name = SmallerName::Parse(actor_id, text);
      if (!name) continue;
      const auto status = files.StatName(place->get(), text);
      if (!status || S_ISDIR(status->st_mode)) continue;
      found.push_back(
          {.name = std::move(*name), .size_bytes = static_cast<std::uint64_t>(status->st_size)});
    }
  }
  return found;
}

ErrnoResult<OpenedImage> SmallerFolder::Open(const SmallerName& name) const {
  FileSystem& files = folder_.files();
  const std::string file_name = name.FileName();
  auto fd = files.Open(folder_.fd(), SmallerFolderOf(name.original.actor_id()) + "/" + file_name,
                       O_RDONLY | O_NONBLOCK);
  if (!fd) return tl::make_unexpected(fd.error());
  const auto status = files.Stat(fd->get());
  if (!status) return tl::make_unexpected(status.error());
  if (!IsOfOneName(*status)) return tl::make_unexpected(ELOOP);
  return OpenedImage{.fd = std::move(*fd),
                     .size_bytes = static_cast<std::uint64_t>(status->st_size),
                     .modified_s = status->st_mtim.tv_sec,
                     .type = name.type,
                     .etag = "\"" + file_name + "\""};
}

Result<void, StoreError> SmallerFolder::Place(TemporaryFile& file, const SmallerName& name) {
  constexpr const char* kWhat = "cannot make the folder of smaller pictures";
  FileSystem& files = folder_.files();
  const std::string path = SmallerFolderOf(name.original.actor_id());
  auto place = files.Open(folder_.fd(), path, O_PATH | O_DIRECTORY);
  if (!place && place.error() == ENOENT) {
    for (const std::string& made : {std::string(kSmallerFolder), path}) {
      if (auto done = MakeFolderBeneath(files, folder_.fd(), made); !done) {
        return FailWithErrno(kWhat, done.error());
      }
    }
    place = files.Open(folder_.fd(), path, O_PATH | O_DIRECTORY);
  }
  if (!place) return FailWithErrno(kWhat, place.error());
  return file.MoveTo(place->get(), name.FileName());
}

void SmallerFolder::Remove(const SmallerName& name) {
  FileSystem& files = folder_.files();
  const std::string actor_id(name.original.actor_id());
  const auto removed =
      UnlinkBeneath(files, folder_.fd(), SmallerFolderOf(actor_id), name.FileName());
  if (!removed) {
    spdlog::warn("cannot remove a smaller picture: {}",
                 std::generic_category().message(removed.error()));
    return;
  }
  const auto all = files.Open(folder_.fd(), kSmallerFolder, O_PATH | O_DIRECTORY);
  // Fails, as it should, while the actor has others.
  if (all) (void)files.RemoveFolder(all->get(), actor_id);
}

}  // namespace image_cache
