// The kinds of options that there are: how each is written, checked and described.
//
// What they add is a setting: it may be given in the environment and in the config file, too.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace image_cache {

// The group of what may be given in other places than on the command line.
inline constexpr const char* kSettings = "Settings";

// Throws CLI::ValidationError for what is none.
[[nodiscard]] std::uint64_t ReadSize(const std::string& name, const std::string& text);

CLI::Option* AddSize(CLI::App& app, const std::string& name, std::uint64_t& bytes,
                     const std::string& help);
// A number from `fewest` on. CLI11's own would take -5 for the largest ones there are.
CLI::Option* AddCount(CLI::App& app, const std::string& name, std::uint64_t& value,
                      std::uint64_t fewest, const std::string& help);
CLI::Option* AddText(CLI::App& app, const std::string& name, std::string& value,
                     const std::string& placeholder, const std::string& help);
CLI::Option* AddList(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                     const std::string& placeholder, const std::string& help);
void AddChoice(CLI::App& app, const std::string& name, std::string& value,
               const std::vector<std::string>& choices, const std::string& help);

}  // namespace image_cache
