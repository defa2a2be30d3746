#include "native-server/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace image_cache {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr std::string_view kEraseLine = "\r\x1b[2K";

}  // namespace

std::string DrawBar(std::size_t done, std::size_t total, std::size_t width) {
  done = std::min(done, total);
  const std::size_t filled = total == 0 ? width : done * width / total;
  const std::size_t percent = total == 0 ? 100 : done * 100 / total;
  return fmt::format("[{}{}] {:3} %  {}/{}", std::string(filled, '#'),
                     std::string(width - filled, '-'), percent, done, total);
}

Progress::Progress(std::optional<std::size_t> total)
    : total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {
  if (terminal_) Show(0, "");
}

void Progress::Show(std::size_t done, std::string_view note) {
  if (!terminal_) {
    const std::string of_all = total_ ? fmt::format("/{}", *total_) : "";
    std::cerr << fmt::format("{}{}  {}\n", done, of_all, note);
    return;
  }
  const std::string bar =
      total_ ? DrawBar(done, *total_, kBarWidth) : fmt::format("{} so far", done);
  std::cerr << kEraseLine << bar << "  " << note << std::flush;
  drawn_ = true;
}

void Progress::Print(std::string_view line) {
  Erase();
  std::cerr << line << "\n";
}

void Progress::End() {
  if (drawn_) std::cerr << std::endl;
  drawn_ = false;
}

void Progress::Erase() {
  if (drawn_) std::cerr << kEraseLine;
  drawn_ = false;
}

}  // namespace image_cache
