// Credentials that a reload of the configuration replaces.
//
// Owned by main; thread-safe. A request is signed with what is there when it begins.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "native-server/origin/access/credentials.h"

namespace image_cache {

class ReplaceableCredentials final : public CredentialsProvider {
 public:
  // REQUIRES: not null; so it is below.
  explicit ReplaceableCredentials(std::unique_ptr<CredentialsProvider> current)
      : current_(std::move(current)) {}

  void Replace(std::unique_ptr<CredentialsProvider> next) {
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
  }

  [[nodiscard]] std::optional<Credentials> Get() override {
    const std::lock_guard lock(mutex_);
    return current_->Get();
  }
  [[nodiscard]] std::string Region() const override {
    const std::lock_guard lock(mutex_);
    return current_->Region();
  }

 private:
  mutable std::mutex mutex_;
  std::unique_ptr<CredentialsProvider> current_;  // guarded by mutex_
};

}  // namespace image_cache
