// How a connection waits for a body that is still being written.
#include <boost/asio/post.hpp>
#include <memory>

#include "native-server/http/server/connection.h"

namespace image_cache {

namespace asio = boost::asio;

Task<bool> Connection::AwaitGrowth(GrowingFile& file, std::uint64_t size_bytes) {
  struct Growth {
    Connection* sleeper;  // null once the wait is over: a wake that is late finds nobody
    bool has_come = false;
  };
  struct Ending {
    Growth& growth;
    ~Ending() { growth.sleeper = nullptr; }
  };
  const auto growth = std::make_shared<Growth>(Growth{.sleeper = this});
  const Ending ending{*growth};
  const GrowingFile::Watch watch =
      file.WatchBeyond(size_bytes, [growth, executor = thread_.executor] {
        asio::post(executor, [growth] {
          growth->has_come = true;
          if (growth->sleeper != nullptr) growth->sleeper->Wake();
        });
      });
  WaitFor(Wait::kGrowth, state_.limits.growth_time);
  while (!growth->has_come && !timed_out_ && !has_hung_up()) co_await Sleep();
  co_return growth->has_come && !timed_out_ && !has_hung_up();
}

Task<bool> Connection::AwaitLength(GrowingSlice& body) {
  for (;;) {
    const GrowingFile::Progress progress = body.file->progress();
    if (progress.state == GrowingFile::State::kFailed) co_return false;
    if (progress.state == GrowingFile::State::kWhole) {
      body.length = progress.size_bytes - body.offset;
      co_return true;
    }
    if (!co_await AwaitGrowth(*body.file, progress.size_bytes)) co_return false;
  }
}

}  // namespace image_cache
