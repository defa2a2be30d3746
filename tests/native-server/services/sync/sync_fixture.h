// A sync over a real store and a downloader that the test plays.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native-server/services/sync/sync_service.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {

// A page of a listing; each object has its key for an ETag, and a size.
inline std::string ListingPage(const std::vector<std::string>& keys,
                               const std::string& next_token = {}) {
  std::string xml = "<ListBucketResult><IsTruncated>";
  xml += next_token.empty() ? "false" : "true";
  xml += "</IsTruncated><NextContinuationToken>" + next_token + "</NextContinuationToken>";
  for (const std::string& key : keys) {
    xml += "<Contents><Key>" + key + "</Key><ETag>\"" + key + "\"</ETag><Size>7</Size></Contents>";
  }
  return xml + "</ListBucketResult>";
}

class SyncTest : public FetchTest {
 protected:
  static constexpr const char* kBucketUrl = "https://s3.amazonaws.com/bucket/";

  // What a download of the object would have stored.
  Entry StoreObject(const std::string& object, const std::string& actor_id,
                    const std::string& etag) {
    auto fetched = Fetch(kBucketUrl + object, Urgency::kNormal, actor_id);
    downloader->Deliver(downloader->Running().back(), Jpeg(1000), etag);
    return fetched.get()->entry;
  }
  // Stored as ListingPage lists it.
  Entry StoreListed(const std::string& object) {
    return StoreObject(object, "0001", "\"" + object + "\"");
  }
  [[nodiscard]] bool Holds(const std::string& object) const {
    return store->Find(kBucketUrl + object).has_value();
  }
  // The one whose URL has this in it, once it runs.
  Downloader::Id AwaitDownload(const std::string& part) {
    Downloader::Id found = 0;
    EXPECT_TRUE(Eventually([&] {
      for (const Downloader::Id id : downloader->Running()) {
        if (downloader->urls()[id - 1].find(part) != std::string::npos) found = id;
      }
      return found != 0;
    })) << part;
    return found;
  }
  void List(const std::vector<std::string>& keys, const std::string& next_token = {}) {
    downloader->Deliver(AwaitDownload("list-type=2"), ListingPage(keys, next_token));
  }
  [[nodiscard]] static SyncOrder OrderFor(const std::string& url) {
    return {.folder = *ParseBucketFolder(url)};
  }

  const S3Addressing addressing;
};

}  // namespace image_cache::testing
