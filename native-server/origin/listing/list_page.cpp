#include "native-server/origin/listing/list_page.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <pugixml.hpp>
#include <utility>

#include "shared/keys/percent_encoding.h"

namespace image_cache {
namespace {

// No entity of a document type is ever expanded: pugixml knows the five of XML itself and skips
// the rest. Text that is only blanks is kept, since a key may be.
constexpr unsigned kParseOptions = pugi::parse_default | pugi::parse_ws_pcdata_single;

tl::unexpected<Error<OriginError>> NoListing(const char* why) {
  return Fail(OriginError::kUnexpected, std::string("the origin's listing ") + why);
}

// With encoding-type=url a key is written as in a form: a blank is '+', a plus sign "%2B".
std::optional<std::string> DecodeKey(std::string key, bool is_encoded) {
  if (!is_encoded) return key;
  std::replace(key.begin(), key.end(), '+', ' ');
  if (!HasOnlyWholeEscapes(key)) return std::nullopt;
  return PercentDecode(key);
}

// As the header would have it: some servers leave the quotes out here.
std::string AsHeader(std::string etag) {
  if (etag.empty() || etag.ends_with('"')) return etag;
  return '"' + etag + '"';
}

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  std::uint64_t size = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, size);
  if (error != std::errc() || stop != end) return std::nullopt;
  return size;
}

}  // namespace

Result<ListPage, OriginError> ParseListPage(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), kParseOptions, pugi::encoding_utf8)) {
    return NoListing("is not whole XML");
  }
  const pugi::xml_node root = document.document_element();
  if (std::string_view(root.name()) != "ListBucketResult")
    return NoListing("is no ListBucketResult");
  const bool is_encoded = std::string_view(root.child_value("EncodingType")) == "url";

  ListPage page;
  for (const pugi::xml_node contents : root.children("Contents")) {
    if (page.objects.size() == kMaxObjectsPerPage)
      return NoListing("has more objects than asked for");
    auto key = DecodeKey(contents.child_value("Key"), is_encoded);
    const auto size = ParseSize(contents.child_value("Size"));
    if (!key || key->empty() || !size) return NoListing("has an object without a key or a size");
    page.objects.push_back({.key = std::move(*key),
                            .etag = AsHeader(contents.child_value("ETag")),
                            .size_bytes = *size});
  }
  const std::string_view is_truncated = root.child_value("IsTruncated");
  if (is_truncated == "true") {
    page.next_token = root.child_value("NextContinuationToken");
    if (page.next_token.empty()) return NoListing("goes on, but does not say where");
  } else if (is_truncated != "false") {
    return NoListing("does not say whether it goes on");
  }
  return page;
}

}  // namespace image_cache
