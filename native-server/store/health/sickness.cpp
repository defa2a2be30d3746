#include "native-server/store/health/sickness.h"

#include <cerrno>

namespace image_cache {

std::optional<Sickness> SicknessOf(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return Sickness::kFull;
    case EROFS:
    case EACCES:
    case EPERM:
      return Sickness::kReadOnly;
    case EMFILE:
    case ENFILE:
      return Sickness::kDescriptors;
    case ENOMEM:
      return Sickness::kMemory;
    case EIO:
    case ENXIO:
    case ENODEV:
    case EUCLEAN:
    case ETIMEDOUT:
      return Sickness::kIo;
    default:
      return std::nullopt;
  }
}

Sickness SicknessOf(StoreError error) {
  switch (error) {
    case StoreError::kFull:
      return Sickness::kFull;
    case StoreError::kNotWritable:
      return Sickness::kReadOnly;
    default:
      return Sickness::kIo;
  }
}

std::string_view Describe(Sickness sickness) {
  switch (sickness) {
    case Sickness::kFull:
      return "the disk is full";
    case Sickness::kReadOnly:
      return "the disk may only be read";
    case Sickness::kIo:
      return "the disk fails";
    case Sickness::kDescriptors:
      return "too many files are open";
    case Sickness::kMemory:
      return "the system has no memory";
    case Sickness::kSlow:
      return "the disk is too slow";
  }
  return "the disk fails";
}

std::string_view NameOf(Sickness sickness) {
  switch (sickness) {
    case Sickness::kFull:
      return "full";
    case Sickness::kReadOnly:
      return "read_only";
    case Sickness::kIo:
      return "io";
    case Sickness::kDescriptors:
      return "descriptors";
    case Sickness::kMemory:
      return "memory";
    case Sickness::kSlow:
      return "slow";
  }
  return "io";
}

std::string_view NameOf(HealthState state) {
  switch (state) {
    case HealthState::kHealthy:
      return "healthy";
    case HealthState::kDegraded:
      return "degraded";
    case HealthState::kOff:
      return "off";
  }
  return "off";
}

}  // namespace image_cache
