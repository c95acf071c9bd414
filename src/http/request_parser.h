// The syntax of one HTTP/1.x request (RFC 9112), on Beast's parser.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/asio.h"

namespace genre::http {

constexpr unsigned kHttp11 = 11;  // Beast's form of HTTP/1.1

struct RequestHead {
  struct Field {
    beast::http::field name;  // unknown: only text has it
    std::string text, value;
  };

  // Empty before the request line has been read.
  std::string method, target;
  unsigned version = kHttp11;  // 10 or 11
  std::vector<Field> fields = {};

  // The value of the first field of this name, or empty.
  [[nodiscard]] std::string_view operator[](beast::http::field name) const;
  [[nodiscard]] std::string_view operator[](std::string_view name) const;
};

// Receives the bytes of a chunked body. False: it accepts no more.
class BodySink {
 public:
  [[nodiscard]] virtual bool accept(std::string_view bytes) = 0;

 protected:
  ~BodySink() = default;
};

// Beast's own parser stores fields of at most 64 KiB, throws where one is longer, and mixes those
// of a trailer with the header's. This one has a single limit for all of them. The trailer is
// checked and dropped: nothing here has a use for it, and it must not pass for the header (RFC
// 9110, section 6.5.1).
class RequestParser final : public beast::http::basic_parser<true> {
 public:
  // max_fields: bytes of the header, the trailer and the extensions of chunks together.
  explicit RequestParser(std::size_t max_fields);

  [[nodiscard]] const RequestHead& head() const { return head_; }
  [[nodiscard]] RequestHead& head() { return head_; }

  // Where a chunked body goes; set it before its first byte. The error operation_aborted means that
  // the sink has accepted no more.
  void set_sink(BodySink* sink) { sink_ = sink; }

 private:
  using Text = beast::string_view;

  void on_request_impl(beast::http::verb verb, Text method, Text target, int version,
                       error_code& error) override;
  void on_field_impl(beast::http::field name, Text text, Text value, error_code& error) override;
  void on_chunk_header_impl(std::uint64_t size, Text extensions, error_code& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, Text bytes, error_code& error) override;
  std::size_t on_body_impl(Text bytes, error_code& error) override;

  void on_response_impl(int, Text, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  const std::size_t max_fields_;
  std::size_t n_fields_ = 0;  // bytes
  RequestHead head_;
  BodySink* sink_ = nullptr;
};

}  // namespace genre::http
