// How far a long command is: a bar that is drawn over on a terminal, plain lines elsewhere. On
// stderr.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace image_cache {

class Progress {
 public:
  // Nothing: how much there is shows at the end only, and there is no bar.
  explicit Progress(std::optional<std::size_t> total);

  // `note` stands behind the numbers.
  void Show(std::size_t done, std::string_view note);
  // A line of its own, above the bar.
  void Print(std::string_view line);
  // Leaves the bar as it is and goes on below it.
  void End();

 private:
  void Erase();

  std::optional<std::size_t> total_;
  bool terminal_;
  bool drawn_ = false;
};

// "[#########-----------]  45 %  9/20", `width` characters between the brackets.
[[nodiscard]] std::string DrawBar(std::size_t done, std::size_t total, std::size_t width);

}  // namespace image_cache
