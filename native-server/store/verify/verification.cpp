#include "native-server/store/verify/verification.h"

namespace image_cache {

Verification::~Verification() {
  Cancel();
  if (thread_.joinable()) thread_.join();
}

bool Verification::Start(VerifyOptions options) {
  const std::lock_guard lock(mutex_);
  if (IsRunning()) return false;
  if (thread_.joinable()) thread_.join();
  verifier_ = std::make_unique<Verifier>(subject_, options);
  verifier_->AddNotAdopted(not_adopted_, /*repaired=*/true);  // they are no entries any more
  thread_ = std::thread([verifier = verifier_.get()] { verifier->Run(); });
  return true;
}

std::optional<VerifyReport> Verification::Report() const {
  const std::lock_guard lock(mutex_);
  if (!verifier_) return std::nullopt;
  return verifier_->Report();
}

void Verification::Cancel() {
  const std::lock_guard lock(mutex_);
  if (verifier_) verifier_->Cancel();
}

bool Verification::IsRunning() const {
  return verifier_ && verifier_->Report().state == VerifyReport::State::kRunning;
}

}  // namespace image_cache
