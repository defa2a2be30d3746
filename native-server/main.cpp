#include "native-server/cli/run.h"

int main(int argc, char** argv) {
  return image_cache::RunProgram(std::vector<std::string>(argv + 1, argv + argc));
}
