#include "native-server/origin/access/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>
#include <utility>
#include <vector>

#include "shared/keys/url.h"

namespace image_cache {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kHexLower = "0123456789abcdef";
constexpr std::string_view kHexUpper = "0123456789ABCDEF";
constexpr std::size_t kDayLength = 8;  // of "20130524T000000Z"

using Digest = std::array<unsigned char, 32>;

Digest Sha256(std::string_view text) {
  Digest digest;
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available in this OpenSSL");
  }
  return digest;
}

template <typename Key>
Digest HmacSha256(const Key& key, std::string_view text) {
  Digest digest;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(),
           digest.data(), nullptr) == nullptr) {
    throw std::runtime_error("HMAC-SHA-256 is not available in this OpenSSL");
  }
  return digest;
}

std::string Hex(const Digest& digest) {
  std::string text;
  for (const unsigned char byte : digest) {
    text += kHexLower[byte >> 4];
    text += kHexLower[byte & 15];
  }
  return text;
}

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string DecodeForm(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return PercentDecode(spaced);
}

std::string CanonicalPath(const SigV4Request& request) {
  if (request.path.empty()) return "/";
  return UriEncode(request.plus_in_path == PlusInPath::kBlank ? DecodeForm(request.path)
                                                              : PercentDecode(request.path),
                   SlashInText::kLiteral);
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (parameter.empty()) continue;
    const std::size_t equals = parameter.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
    parameters.emplace_back(
        UriEncode(DecodeForm(parameter.substr(0, equals)), SlashInText::kEscaped),
        UriEncode(DecodeForm(value), SlashInText::kEscaped));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    if (!canonical.empty()) canonical += '&';
    canonical += name + '=' + value;
  }
  return canonical;
}

std::string SignedHeaders(const SigV4Request& request) {
  std::string names;
  for (const auto& [name, value] : request.headers) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

}  // namespace

std::string UriEncode(std::string_view text, SlashInText slash) {
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c) || (slash == SlashInText::kLiteral && c == '/')) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHexUpper[byte >> 4];
    encoded += kHexUpper[byte & 15];
  }
  return encoded;
}

std::string AmzDate(std::int64_t now_ms) {
  const auto seconds = static_cast<std::time_t>(now_ms / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, sizeof "20130524T000000Z"> text{};
  (void)std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc);
  return text.data();
}

std::string CanonicalRequest(const SigV4Request& request) {
  std::string text = "GET\n" + CanonicalPath(request) + '\n' + CanonicalQuery(request.query) + '\n';
  for (const auto& [name, value] : request.headers) text += name + ':' + value + '\n';
  text += '\n' + SignedHeaders(request) + '\n' + request.headers.at("x-amz-content-sha256");
  return text;
}

std::string SigV4Authorization(const SigV4Request& request, const Credentials& credentials,
                               std::string_view region) {
  const std::string& date = request.headers.at("x-amz-date");
  const std::string day = date.substr(0, kDayLength);
  const std::string scope = day + '/' + std::string(region) + "/s3/aws4_request";
  const std::string to_sign = std::string(kAlgorithm) + '\n' + date + '\n' + scope + '\n' +
                              Hex(Sha256(CanonicalRequest(request)));

  Digest key = HmacSha256("AWS4" + credentials.secret_access_key, day);
  for (const std::string_view step :
       {region, std::string_view("s3"), std::string_view("aws4_request")}) {
    key = HmacSha256(key, step);
  }
  return std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + '/' + scope +
         ", SignedHeaders=" + SignedHeaders(request) +
         ", Signature=" + Hex(HmacSha256(key, to_sign));
}

}  // namespace image_cache
