#include "native-server/cli/config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <optional>

#include "native-server/cli/text_file.h"

namespace image_cache {
namespace {

std::optional<std::string> ScalarText(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

std::optional<ConfigValue> ReadValue(const toml::node& node) {
  ConfigValue value{.values = {}, .line = static_cast<int>(node.source().begin.line)};
  const auto* list = node.as_array();
  if (list == nullptr) {
    const auto text = ScalarText(node);
    if (!text) return std::nullopt;
    value.values.push_back(*text);
    return value;
  }
  for (const toml::node& item : *list) {
    const auto text = ScalarText(item);
    if (!text) return std::nullopt;
    value.values.push_back(*text);
  }
  return value;
}

Outcome<toml::table> Parse(const std::string& text, const std::string& path) {
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    return WrongUsage(
        fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
}

}  // namespace

Outcome<ConfigFile> ReadConfigFile(const std::string& path) {
  const auto text = ReadTextFile(path);
  if (!text) {
    return WrongUsage(fmt::format("cannot read the config file {}: {}", path, text.error()));
  }
  const auto table = Parse(*text, path);
  if (!table) return tl::make_unexpected(table.error());
  ConfigFile file{.values = {}, .is_empty = text->empty()};
  for (const auto& [key, node] : *table) {
    auto value = ReadValue(node);
    if (!value) {
      return WrongUsage(fmt::format("{}:{}: '{}' must be a text, a number, true, false or a list",
                                    path, node.source().begin.line, key.str()));
    }
    file.values.emplace(key.str(), std::move(*value));
  }
  return file;
}

}  // namespace image_cache
