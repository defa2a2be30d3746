// For threads whose work may wait: hashing what is stored, writing what nobody asked for.
#pragma once

namespace image_cache {

// This thread gets the processor and the disk when nobody else wants them. Cannot be undone without
// privileges; a system that refuses is not told about.
void LowerPriorityOfThisThread();

}  // namespace image_cache
