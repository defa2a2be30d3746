// One page of a bucket's listing, read from the XML that S3 answers with. Pure.
//
// Source: "ListObjectsV2", Amazon S3 API Reference. The XML comes from the origin and is not
// trusted: what is no whole page is an error, never half a page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/origin/listing/bucket_listing.h"

namespace image_cache {

// What is asked for (max-keys), and so the most that a page may hold.
inline constexpr std::size_t kMaxObjectsPerPage = 1000;

struct ListPage {
  std::vector<ListedObject> objects;
  std::string next_token;  // for the page after this one; empty when this is the last
};

// Errors: kUnexpected.
[[nodiscard]] Result<ListPage, OriginError> ParseListPage(std::string_view xml);

}  // namespace image_cache
