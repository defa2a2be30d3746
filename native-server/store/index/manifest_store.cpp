#include "native-server/store/index/manifest_store.h"

namespace image_cache {

StoreError StoreErrorOf(IndexError error) {
  switch (error) {
    case IndexError::kNewerFormat:
      return StoreError::kNewerFormat;
    case IndexError::kFull:
      return StoreError::kFull;
    case IndexError::kReadOnly:
      return StoreError::kNotWritable;
    case IndexError::kBroken:
    case IndexError::kIo:
      break;
  }
  return StoreError::kIo;
}

}  // namespace image_cache
