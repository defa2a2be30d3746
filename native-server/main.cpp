#include <fcntl.h>
#include <unistd.h>

#include "native-server/cli/run.h"

namespace {

// What the program opens next would take the place of a standard descriptor that is closed, and a
// log line or an answer would be written into a picture. Read-only for the two that are written to,
// and the other way round: whoever uses one is told that it cannot be, as if it were closed.
void OccupyStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // takes the lowest free
  }
}

}  // namespace

int main(int argc, char** argv) {
  OccupyStandardDescriptors();
  return image_cache::RunProgram(std::vector<std::string>(argv + 1, argv + argc));
}
