#include "native-server/cli/option_kinds.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>

#include "native-server/cli/size.h"

namespace image_cache {

std::uint64_t ReadSize(const std::string& name, const std::string& text) {
  const auto parsed = ParseSize(text);
  if (!parsed) {
    throw CLI::ValidationError(
        name, "'" + text + "' is not a size; write it as 10GiB, 500MB or 1073741824");
  }
  return *parsed;
}

CLI::Option* AddSize(CLI::App& app, const std::string& name, std::uint64_t& bytes,
                     const std::string& help) {
  return app
      .add_option_function<std::string>(
          name, [&bytes, name](const std::string& text) { bytes = ReadSize(name, text); },
          help + " [" + FormatSize(bytes) + "]")
      ->option_text("SIZE")
      ->group(kSettings);
}

CLI::Option* AddCount(CLI::App& app, const std::string& name, std::uint64_t& value,
                      std::uint64_t fewest, const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [name, &value, fewest](const std::string& text) {
            std::uint64_t count = 0;
            const char* const end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, count);
            if (error != std::errc() || stop != end || count < fewest) {
              throw CLI::ValidationError(name, "'" + text + "' is not a whole number from " +
                                                   std::to_string(fewest) + " on");
            }
            value = count;
          },
          help + " [" + std::to_string(value) + "]")
      ->option_text("N")
      ->group(kSettings);
}

CLI::Option* AddText(CLI::App& app, const std::string& name, std::string& value,
                     const std::string& placeholder, const std::string& help) {
  return app.add_option(name, value, help + (value.empty() ? "" : " [" + value + "]"))
      ->option_text(placeholder)
      ->group(kSettings);
}

CLI::Option* AddList(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                     const std::string& placeholder, const std::string& help) {
  return app.add_option(name, values, help + " Repeatable.")
      ->option_text(placeholder)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(kSettings);
}

void AddChoice(CLI::App& app, const std::string& name, std::string& value,
               const std::vector<std::string>& choices, const std::string& help) {
  AddText(app, name, value, CLI::detail::join(choices, "|"), help)
      ->check([name, choices](const std::string& given) {
        const bool known = std::find(choices.begin(), choices.end(), given) != choices.end();
        return known ? std::string()
                     : "'" + given + "' is not one of " + CLI::detail::join(choices, ", ");
      });
}

}  // namespace image_cache
