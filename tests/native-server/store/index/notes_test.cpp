// Small states that others keep with the index.
#include <string>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class NotesTest : public StoreTest {};

TEST_F(NotesTest, ThereIsNoneAtFirst) {
  Open();
  EXPECT_EQ(store->LoadNote("history"), std::nullopt);
}

TEST_F(NotesTest, TheLastOfEachNameIsThereAfterARestart) {
  Open();
  const std::string bytes("any\0bytes\xff", 10);
  store->SaveNote("history", "first");
  store->SaveNote("history", bytes);
  store->SaveNote("other", "");
  Reopen();
  EXPECT_EQ(store->LoadNote("history"), bytes);
  EXPECT_EQ(store->LoadNote("other"), "");
}

TEST_F(NotesTest, ChangeNothingOfTheManifest) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(5000));
  const std::uint64_t first = store->Stats().revision;
  Publish(KeyOf("b"), "0001", Jpeg(5000, 1));
  const std::uint64_t second = store->Stats().revision;
  store->SaveNote("history", std::string(kMaxNoteBytes, 'x'));
  Publish(KeyOf("c"), "0001", Jpeg(5000, 2));
  EXPECT_EQ(store->Stats().revision - second, second - first);
}

}  // namespace
}  // namespace image_cache::testing
