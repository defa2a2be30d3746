// Which URLs may be fetched, and which addresses may be connected to (design rule 7).
//
// Two judgements. The URL is judged when a request comes in: scheme, host and port against the
// operator's patterns. The resolved address is judged when the socket is opened: one that is not of
// the public internet is refused unless the operator named it.
// Thread-safe, also while it is replaced: every call judges by the rules of that moment.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native-server/base/reloadable.h"
#include "native-server/origin/access/ip_address.h"
#include "shared/keys/s3_location.h"
#include "shared/keys/url.h"
#include "shared/result.h"

namespace image_cache {

class OriginPolicy {
 public:
  // `patterns`: "https://*.example.com", "http://127.0.0.1:4569", "https://cdn.example.com:8443";
  // "*" stands for one or more leading labels. Empty: the AWS S3 host forms, https only. The
  // endpoint, when there is one, is always allowed besides, with the hosts below it
  // (bucket.localhost). `addresses` are those that allowed origins may have besides the public
  // ones. Errors: those of SplitUrl, and kInvalid for a pattern with a path, a query or a "*"
  // elsewhere; the detail shows the pattern.
  [[nodiscard]] static Result<OriginPolicy, UrlError> Create(
      const std::vector<std::string>& patterns, const std::optional<S3Endpoint>& endpoint,
      std::vector<AddressRange> addresses = {});

  // From now on the rules are those of `other`.
  void Replace(const OriginPolicy& other) { rules_.Replace(other.rules_.Get()); }

  // REQUIRES: the URL is what will be fetched (http or https, see FetchUrl). Hosts are compared
  // letter by letter: a name with a trailing dot, "127.1" and other spellings of an allowed host
  // are not allowed. A URL with a user name or a password never is.
  [[nodiscard]] bool AllowsUrl(std::string_view url) const;

  // May a connection for a request to `host` (as in its URL) be opened to this address? Public
  // addresses and those given to Create: always. Others when the host was named, without "*":
  // an address that very one; localhost, and names below it, loopback; an endpoint's name, and its
  // buckets', loopback and private addresses, since it is the S3 server whose name that is. Who
  // answers for any other name is not the operator.
  [[nodiscard]] bool AllowsAddress(std::string_view host, const sockaddr* address) const;

 private:
  // What a host's name may lead to.
  enum class Reach { kPublic, kLoopback, kPrivate };

  struct Pattern {
    std::string scheme, host;  // lower case; without the "*." when any_subdomain
    std::uint16_t port = 0;    // never 0
    bool any_subdomain = false;
    std::optional<IpAddress> address = {};  // when the host is one
    Reach reach = Reach::kPublic;
  };
  [[nodiscard]] static Result<Pattern, UrlError> ParsePattern(const std::string& text);
  [[nodiscard]] static bool Reaches(const Pattern& pattern, const IpAddress& address);
  [[nodiscard]] static bool MatchesHost(const Pattern& pattern, std::string_view host);

  struct Rules {
    std::vector<Pattern> patterns;
    std::vector<AddressRange> addresses;
    bool aws_hosts = false;
  };
  explicit OriginPolicy(Rules rules) : rules_(std::move(rules)) {}

  Reloadable<Rules> rules_;
};

}  // namespace image_cache
