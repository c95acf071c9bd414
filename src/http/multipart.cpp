#include "http/multipart.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <optional>

#include "base/percent.h"
#include "base/text.h"
#include "http/header_value.h"

namespace genre::http {
namespace {

using Malformed = tl::unexpected<std::string>;

constexpr std::string_view kNewline = "\r\n";
constexpr std::string_view kEmptyLine = "\r\n\r\n";

// A delimiter line and the newline before it: bytes [begin, end).
struct Delimiter {
  std::size_t begin, end;
  bool last;
};

// Takes time in proportion to the size of the body, whatever the body and the boundary are. The
// searchers of the standard library and memmem need up to 80 times as long for a boundary of one
// letter in a body of that letter. Here, a candidate begins with CR, which no boundary contains; so
// the comparisons of candidates do not overlap.
class DelimiterFinder {
 public:
  DelimiterFinder(std::string_view body, std::string_view boundary)
      : body_(body), marker_(fmt::format("\r\n--{}", boundary)) {}

  // The next delimiter whose newline starts at `from` or later.
  [[nodiscard]] std::optional<Delimiter> find(std::size_t from) const {
    while (from + marker_.size() <= body_.size()) {
      if (from + kBlock + kReach <= body_.size() && !may_begin_marker(body_.data() + from)) {
        from += kBlock;
        continue;
      }
      const std::size_t end = std::min(from + kBlock, body_.size());
      for (; from < end; ++from) {
        if (body_[from] != '\r' || !body_.substr(from).starts_with(marker_)) continue;
        if (const auto delimiter = delimiter_at(from, from + marker_.size())) return delimiter;
      }
    }
    return std::nullopt;
  }

  // The first delimiter. At the start of the body it has no newline before it.
  [[nodiscard]] std::optional<Delimiter> find_first() const {
    const auto marker = std::string_view(marker_).substr(kNewline.size());
    if (body_.starts_with(marker)) {
      if (const auto delimiter = delimiter_at(0, marker.size())) return delimiter;
    }
    return find(0);
  }

 private:
  static constexpr std::size_t kBlock = 64;  // positions
  static constexpr std::size_t kReach = 3;   // bytes after a position that are compared

  // Whether a marker may begin at one of the next kBlock positions. Without a branch, so that
  // compilers turn the loop into a few instructions on vectors: most blocks of audio are skipped.
  [[nodiscard]] static bool may_begin_marker(const char* text) {
    unsigned char found = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const bool begins = (text[i] == '\r') & (text[i + 2] == '-') & (text[i + kReach] == '-');
      found = static_cast<unsigned char>(found | begins);
    }
    return found != 0;
  }

  // Nothing if the boundary is only the start of a longer line.
  [[nodiscard]] std::optional<Delimiter> delimiter_at(std::size_t begin,
                                                      std::size_t marker_end) const {
    const auto rest = body_.substr(marker_end);
    if (rest.starts_with("--")) return Delimiter{begin, marker_end + 2, true};
    const auto padding = std::min(rest.find_first_not_of(" \t"), rest.size());
    if (!rest.substr(padding).starts_with(kNewline)) return std::nullopt;
    return Delimiter{begin, marker_end + padding + kNewline.size(), false};
  }

  std::string_view body_;
  std::string marker_;
};

// Decodes the characters that browsers (WHATWG form encoding) and curl encode because they cannot
// be part of a quoted string. They encode no others, not even the percent sign.
std::string unescape(std::string text) {
  boost::replace_all(text, "%22", "\"");
  boost::replace_all(text, "%0D", "\r");
  boost::replace_all(text, "%0A", "\n");
  return text;
}

// charset'language'percent-encoded text (RFC 8187). Nothing for other charsets.
std::optional<std::string> decode_extended(std::string_view text) {
  constexpr std::string_view kCharset = "utf-8'";
  if (base::to_lower(text.substr(0, kCharset.size())) != kCharset) return std::nullopt;
  const auto language_end = text.find('\'', kCharset.size());
  if (language_end == std::string_view::npos) return std::nullopt;
  return base::percent_decode(text.substr(language_end + 1));
}

// RFC 7578 forbids filename*, but some clients send it in addition to an ASCII filename.
std::optional<std::string> file_name(const HeaderValue& disposition) {
  if (const std::string* extended = disposition.parameter("filename*")) {
    if (auto name = decode_extended(*extended); name && !name->empty()) return name;
  }
  const std::string* name = disposition.parameter("filename");
  // Browsers send an empty name if no file was chosen.
  return name && !name->empty() ? std::optional(unescape(*name)) : std::nullopt;
}

// The part's Content-Disposition, if it is form-data. header: the part's header lines.
std::optional<HeaderValue> form_data(std::string_view header) {
  constexpr std::string_view kDisposition = "content-disposition";
  while (!header.empty()) {
    const auto line = header.substr(0, header.find(kNewline));
    header.remove_prefix(std::min(line.size() + kNewline.size(), header.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (base::to_lower(base::trim(line.substr(0, colon))) != kDisposition) continue;
    auto disposition = parse_header_value(line.substr(colon + 1));
    if (!disposition || disposition->value != "form-data") return std::nullopt;
    return disposition;
  }
  return std::nullopt;
}

// text: header lines, an empty line, content, and the newline of the next delimiter. If the content
// is empty, that newline may be the one that ends the empty line.
tl::expected<Part, std::string> parse_part(std::string_view text) {
  const auto header_end = text.substr(0, kMaxPartHeader).find(kEmptyLine);
  const bool headless = text.starts_with(kNewline);
  if (headless || header_end == std::string_view::npos) {
    return Malformed("A part of the multipart body has no header that ends with an empty line.");
  }
  const auto disposition = form_data(text.substr(0, header_end));
  const std::string* name = disposition ? disposition->parameter("name") : nullptr;
  if (!name) {
    return Malformed(
        "A part of the multipart body has no Content-Disposition: form-data with a name.");
  }
  const auto begin = header_end + kEmptyLine.size();
  const auto end = std::max(begin, text.size() - kNewline.size());
  return Part{.name = unescape(*name),
              .filename = file_name(*disposition),
              .content = std::as_bytes(std::span(text.substr(begin, end - begin)))};
}

}  // namespace

tl::expected<std::vector<Part>, std::string> parse_multipart(std::span<const std::byte> body,
                                                             std::string_view boundary) {
  const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  const DelimiterFinder finder(text, boundary);
  auto delimiter = finder.find_first();
  if (!delimiter) {
    return Malformed(fmt::format(
        "The body has no line --{} that ends with CRLF. Content-Type specifies this boundary.",
        boundary));
  }
  std::vector<Part> parts;
  while (!delimiter->last) {
    if (parts.size() == kMaxParts) {
      return Malformed(fmt::format("The multipart body has more than {} parts.", kMaxParts));
    }
    const auto begin = delimiter->end;
    delimiter = finder.find(begin - kNewline.size());
    if (!delimiter) {
      return Malformed(fmt::format(
          "The multipart body ends before its last boundary, a line --{}--.", boundary));
    }
    const auto end = std::max(begin, delimiter->begin + kNewline.size());
    auto part = parse_part(text.substr(begin, end - begin));
    if (!part) return tl::make_unexpected(std::move(part.error()));
    parts.push_back(std::move(*part));
  }
  return parts;
}

}  // namespace genre::http
