// Writes the traces of openings that the usage model is judged by into a folder. Takes the folder
// and a seed; prints "<file>,<structure>,<name>" for each.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/native-server/replay/opening_traces.h"

using namespace image_cache;

namespace {

const char* NameOf(Structure structure) {
  switch (structure) {
    case Structure::kNone:
      return "none";
    case Structure::kListOnly:
      return "list";
    case Structure::kSome:
      return "some";
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  const auto seed = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  int number = 0;
  for (const MadeTrace& trace : MakeOpeningTraces(seed)) {
    const std::string file =
        std::string(argv[1]) + "/openings-" + std::to_string(++number) + ".csv";
    if (!(std::ofstream(file) << trace.text)) return EXIT_FAILURE;
    std::printf("%s,%s,%s\n", file.c_str(), NameOf(trace.structure),
                std::string(trace.name).c_str());
  }
}
