// Whatever an entry says, its packed form says the same. AddressSanitizer sees to it that no text
// is written or read past its block.
#include "shared/manifest/packed_entry.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "shared/manifest/entry_view.h"

namespace image_cache {
namespace {

Entry Typical() {
  return {.s3_url = "https://s3.amazonaws.com/training/0001/0001_european_16_male_0.jpg",
          .local_path = ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg",
          .actor_id = "0001",
          .filename = "0001_european_16_male_0.jpg",
          .etag = "\"9b2cf535f27731c974343645a3985328\"",
          .sha256 = std::string(62, '5') + "0f",
          .cached_at_ms = 1729176000000,
          .size_bytes = 328059};
}

void ExpectKept(const Entry& entry) {
  ManifestActor actor;
  actor.actor_id = entry.actor_id;
  KeyPrefix host{.text = "https://s3.amazonaws.com/"};
  KeyPrefix all{.text = entry.s3_url};
  for (KeyPrefix* prefix : {static_cast<KeyPrefix*>(nullptr), &host, &all}) {
    const PackedEntry::Pointer packed = PackedEntry::Make(
        EntryFields::Of(entry), {.actor = &actor, .prefix = prefix, .key_hash = 7});
    EXPECT_EQ(packed->key_hash(), 7u);
    EXPECT_EQ(packed->prefix(), prefix);
    const EntryView view(packed.get());
    EXPECT_EQ(view.ToEntry(), entry);
    EXPECT_TRUE(view.Says(EntryFields::Of(entry)));
    Entry reused = Typical();
    view.CopyTo(reused);
    EXPECT_EQ(reused, entry);
  }
}

TEST(PackedEntryTest, KeepsATypicalEntry) { ExpectKept(Typical()); }

TEST(PackedEntryTest, KeepsTextsOfEveryForm) {
  const std::vector<std::string> paths = {
      "",
      "x",
      ".image-cache/images/0001/0001_abc123.jpg",             // an earlier system's name
      ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpeg",  // not the extension that is written
      ".image-cache/images/0001/0001_1F0C9B2AD3E45567.jpg",   // nor the digits
      ".image-cache/images/0001/0001_1f0c9b2ad3e455678.jpg",
      ".image-cache/images/0001/0002_1f0c9b2ad3e45567.jpg",  // another actor's
      ".image-cache/images/0002/0002_1f0c9b2ad3e45567.jpg",
      ".image-cache/images/0001/0001_1f0c9b2ad3e45567",
      ".image-cache/images/0001/0001_1f0c9b2ad3e45567.",
      ".image-cache/images/0001/0001_00000000000000ff.webp",
  };
  const std::vector<std::string> names = {"", "other.jpg", Typical().s3_url,
                                          std::string(1024, 'n')};
  const std::vector<std::string> etags = {"", "W/\"1\"", "\"00-2\"", std::string(70000, 'e')};
  const std::vector<std::string> hashes = {"", "00", std::string(64, 'F'), std::string(64, 'f')};
  for (const std::string& path : paths) {
    for (const std::string& name : names) {
      for (const std::string& etag : etags) {
        for (const std::string& sha256 : hashes) {
          SCOPED_TRACE(path + ' ' + name + ' ' + etag.substr(0, 9) + ' ' + sha256);
          Entry entry = Typical();
          entry.local_path = path;
          entry.filename = name;
          entry.etag = etag;
          entry.sha256 = sha256;
          ExpectKept(entry);
        }
      }
    }
  }
}

TEST(PackedEntryTest, KeepsTheLongestKeyAndTheLargestNumbers) {
  Entry entry = Typical();
  entry.s3_url.resize(8 * 1024, 'x');
  entry.cached_at_ms = INT64_MAX;
  entry.size_bytes = UINT64_MAX;
  ExpectKept(entry);
}

TEST(PackedEntryTest, TellsWhenOneFieldDiffers) {
  ManifestActor actor;
  actor.actor_id = Typical().actor_id;
  KeyPrefix prefix{.text = "https://s3"};
  const PackedEntry::Pointer packed = PackedEntry::Make(
      EntryFields::Of(Typical()), {.actor = &actor, .prefix = &prefix, .key_hash = 7});
  const std::function<void(Entry&)> changes[] = {
      [](Entry& e) { e.s3_url[3] = 'x'; }, [](Entry& e) { e.s3_url.back() = 'x'; },
      [](Entry& e) { e.s3_url += 'x'; },   [](Entry& e) { e.local_path += 'x'; },
      [](Entry& e) { e.actor_id += 'x'; }, [](Entry& e) { e.filename += 'x'; },
      [](Entry& e) { e.etag += 'x'; },     [](Entry& e) { e.sha256.clear(); },
      [](Entry& e) { ++e.cached_at_ms; },  [](Entry& e) { ++e.size_bytes; },
  };
  for (const auto& change : changes) {
    Entry changed = Typical();
    change(changed);
    EXPECT_FALSE(EntryView(packed.get()).Says(EntryFields::Of(changed)));
  }
}

}  // namespace
}  // namespace image_cache
