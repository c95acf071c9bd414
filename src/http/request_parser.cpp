#include "http/request_parser.h"

#include <algorithm>
#include <limits>

namespace genre::http {
namespace {

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string_view RequestHead::operator[](beast::http::field name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? std::string_view() : found->value;
}

std::string_view RequestHead::operator[](std::string_view name) const {
  const auto found = std::ranges::find_if(fields, [&](const Field& field) {
    return beast::iequals(field.text, {name.data(), name.size()});
  });
  return found == fields.end() ? std::string_view() : found->value;
}

RequestParser::RequestParser(std::size_t max_fields) : max_fields_(max_fields) {
  header_limit(static_cast<std::uint32_t>(max_fields));
  body_limit(std::numeric_limits<std::uint64_t>::max());  // the reader checks the size
}

void RequestParser::on_request_impl(beast::http::verb, Text method, Text target, int version,
                                    error_code&) {
  head_.method = view(method);
  head_.target = view(target);
  head_.version = static_cast<unsigned>(version);
}

void RequestParser::on_field_impl(beast::http::field name, Text text, Text value,
                                  error_code& error) {
  constexpr std::size_t kPunctuation = 4;  // ": " and the line end
  n_fields_ += text.size() + value.size() + kPunctuation;
  if (n_fields_ > max_fields_) {
    error = beast::http::error::header_limit;
  } else if (!is_header_done()) {
    head_.fields.push_back({name, std::string(view(text)), std::string(view(value))});
  }
}

void RequestParser::on_chunk_header_impl(std::uint64_t, Text extensions, error_code& error) {
  n_fields_ += extensions.size();
  if (n_fields_ > max_fields_) error = beast::http::error::header_limit;
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text bytes, error_code& error) {
  if (!sink_->accept(view(bytes))) error = net::error::operation_aborted;
  return bytes.size();
}

// A body with a known length is read without the parser.
std::size_t RequestParser::on_body_impl(Text bytes, error_code&) { return bytes.size(); }

}  // namespace genre::http
