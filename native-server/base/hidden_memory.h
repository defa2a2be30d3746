// What the process has in its memory, credentials and signatures among it, and who may look at it.
#pragma once

namespace image_cache {

// From now on the kernel writes no core dump of this process, and no other process of the same user
// reads its memory, its environment or its descriptors. (Root's do.) What the kernel refuses is
// logged: the server is as good without. Call it once, at start.
void HideMemory();

}  // namespace image_cache
