#include "native-server/cli/signals.h"

#include <fcntl.h>
#include <sys/prctl.h>

#include "native-server/base/unique_fd.h"

namespace image_cache {
namespace {

bool HasTerminal() {
  return static_cast<bool>(UniqueFd(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)));
}

bool IsHangupIgnored() {
  struct sigaction now {};
  return ::sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

Signals::Signals() : ends_with_terminal_(HasTerminal() && !IsHangupIgnored()) {}

void Signals::StopWithParent() { (void)::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0); }

Signals::Order Signals::Wait() {
  int number = SIGTERM;
  signals_.async_wait([&number](const boost::system::error_code&, int given) { number = given; });
  io_.restart();
  io_.run();
  if (number == SIGHUP && !(ends_with_terminal_ && !HasTerminal())) return Order::kReload;
  signals_.remove(SIGINT);
  signals_.remove(SIGTERM);
  return Order::kStop;
}

}  // namespace image_cache
