// The profile files of the AWS tools (~/.aws/credentials, ~/.aws/config): a small, tolerant reader.
//
// Format: "Configuration and credential file settings", AWS CLI User Guide. Sections in brackets,
// `name = value` lines, comments from '#' or ';'. Lines that are none of these are skipped, so that
// a file other tools accept is never an error here. Pure functions; nothing is opened.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace image_cache {

using AwsSettings = std::map<std::string, std::string, std::less<>>;  // names in lower case
using AwsProfiles = std::map<std::string, AwsSettings, std::less<>>;

enum class AwsFileKind {
  kCredentials,  // a section is [name]
  kConfig,       // a section is [profile name]; only the default one may be [default]
};

// A later setting of the same name wins; a section that appears twice is one profile. Settings
// nested under another (indented, as in `s3 =`) are not the profile's own and are left out.
[[nodiscard]] AwsProfiles ParseAwsProfiles(std::string_view text, AwsFileKind kind);

}  // namespace image_cache
