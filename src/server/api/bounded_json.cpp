#include "server/api/bounded_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace genre::server {
namespace {

using nlohmann::json;

// Iterates over the text. Once a stop is requested, the text ends for the parser.
class StoppableText {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  StoppableText(const char* position, const char* end, const std::stop_token& stop)
      : position_(position), check_(position), end_(end), stop_(&stop) {}

  reference operator*() const { return *position_; }
  StoppableText& operator++() {
    if (position_++ >= check_) {
      check_ = position_ + std::min<std::ptrdiff_t>(kCheckEvery, end_ - position_);
      if (stop_->stop_requested()) position_ = end_;
    }
    return *this;
  }
  bool operator==(const StoppableText& other) const { return position_ == other.position_; }

 private:
  static constexpr std::ptrdiff_t kCheckEvery = 4096;  // bytes

  const char* position_;
  const char* check_;  // where to look for a stop next
  const char* end_;
  const std::stop_token* stop_;
};

// json::parse with a callback would scan the whole array at the end of each object in it, which is
// quadratic.
class Builder final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in JSON text

  bool start_object(std::size_t) override { return open(json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_array() override { return close(); }
  bool key(string_t& key) override {
    key_ = std::move(key);
    ++n_keys_;
    return count();
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    error_ = fmt::format("The body cannot be parsed as JSON: error at byte {}.", position);
    return false;
  }

  [[nodiscard]] tl::expected<json, std::string> result() && {
    if (error_.empty()) return std::move(root_);
    return tl::make_unexpected(std::move(error_));
  }

 private:
  bool count() {
    ++n_parts_;
    if (n_parts_ <= kMaxJsonParts && n_keys_ <= kMaxJsonKeys && open_.size() <= kMaxJsonDepth) {
      return true;
    }
    error_ = fmt::format(
        "The JSON is nested deeper than {} levels, or has more than {} values and keys, or more "
        "than {} keys.",
        kMaxJsonDepth, kMaxJsonParts, kMaxJsonKeys);
    return false;
  }

  bool add(json value) {
    place(std::move(value));
    return count();
  }

  bool open(json container) {
    open_.push_back(&place(std::move(container)));
    return count();
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  // The pointers in open_ stay valid: while a container is open, its parent gets no other element
  // and so does not move it.
  json& place(json value) {
    if (open_.empty()) return root_ = std::move(value);
    json& parent = *open_.back();
    if (parent.is_array()) return parent.emplace_back(std::move(value));
    return parent[key_] = std::move(value);
  }

  json root_;
  std::vector<json*> open_;  // from the outermost to the one being filled
  std::string key_;          // of the next value
  std::size_t n_parts_ = 0, n_keys_ = 0;
  std::string error_;
};

}  // namespace

tl::expected<json, std::string> parse_bounded_json(std::string_view text,
                                                   const std::stop_token& stop) {
  const char* const end = text.data() + text.size();
  Builder builder;
  json::sax_parse(StoppableText(text.data(), end, stop), StoppableText(end, end, stop), &builder);
  if (stop.stop_requested()) return tl::make_unexpected("Parsing of the body was cancelled.");
  return std::move(builder).result();
}

}  // namespace genre::server
