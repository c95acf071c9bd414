#include "server/http/multipart.h"

#include <gmock/gmock.h>

#include <string>

namespace genre::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view kBoundary = "XX";

auto parse(std::string_view body, std::string_view boundary = kBoundary) {
  return parse_multipart(std::as_bytes(std::span(body)), boundary);
}

// The parts' names and contents; fails the test where the body is refused.
std::vector<std::pair<std::string, std::string>> fields(std::string_view body,
                                                        std::string_view boundary = kBoundary) {
  std::vector<std::pair<std::string, std::string>> result;
  const auto parts = parse(body, boundary);
  if (!parts) {
    ADD_FAILURE() << parts.error();
    return result;
  }
  for (const Part& part : *parts) {
    result.emplace_back(part.name, std::string(reinterpret_cast<const char*>(part.content.data()),
                                               part.content.size()));
  }
  return result;
}

std::string part(std::string_view parameters, std::string_view content) {
  return "--XX\r\nContent-Disposition: form-data; " + std::string(parameters) + "\r\n\r\n" +
         std::string(content) + "\r\n";
}

TEST(Multipart, ReadsAllPartsInOrder) {
  EXPECT_THAT(fields(part("name=\"a\"", "1") + part("name=b", "22") + part("name=\"a\"", "") +
                     "--XX--\r\n"),
              ElementsAre(Pair("a", "1"), Pair("b", "22"), Pair("a", "")));
}

TEST(Multipart, ContentIsAViewIntoTheBody) {
  const std::string body = part("name=a", "content") + "--XX--";
  const auto parts = parse(body);
  ASSERT_TRUE(parts);
  EXPECT_EQ(static_cast<const void*>(parts->front().content.data()),
            body.data() + body.find("content"));
}

TEST(Multipart, ContentMayHoldAnything) {
  using std::string_literals::operator""s;
  const std::string content =
      "\r\n\r\n--\r\n--X\r\n--XXX\r\n--XX-\r\n --XX\r\n-XX--\n--XX--\0\r\xff\xfe\r\n"s;
  EXPECT_THAT(fields(part("name=a", content) + "--XX--"), ElementsAre(Pair("a", content)));
}

TEST(Multipart, FileNamesDoNotConfuse) {
  for (const char* parameters : {
           R"(name="file"; filename="a.wav")",
           R"(name="file"; filename="a\"; name=\"other\".wav")",
           R"(filename="; name=other"; name="file")",
           R"(name=file; filename="C:\music\a.wav")",
           R"(name=file; filename=a.wav; filename*=UTF-8''%e2%82%ac.wav)",
           "name=\"file\"; filename=\"Gr\xc3\xbc\xc3\x9f"
           "e \xe2\x82\xac.wav\"",
       }) {
    EXPECT_THAT(fields(part(parameters, "x") + "--XX--"), ElementsAre(Pair("file", "x")))
        << parameters;
  }
}

TEST(Multipart, NamesMayBeUtf8) {
  EXPECT_THAT(fields(part("name=\"St\xc3\xbc"
                          "ck\"",
                          "x") +
                     "--XX--"),
              ElementsAre(Pair("St\xc3\xbc"
                               "ck",
                               "x")));
}

TEST(Multipart, HeaderFieldsInAnyCaseAndOrder) {
  const char* body =
      "--XX\r\nContent-Type: audio/wav\r\ncontent-DISPOSITION:form-data;name=a\r\nX: y\r\n\r\n"
      "x\r\n--XX--";
  EXPECT_THAT(fields(body), ElementsAre(Pair("a", "x")));
}

TEST(Multipart, PreambleEpilogueAndPadding) {
  const std::string inner = part("name=a", "x") + "--XX \t\r\n" + part("name=b", "y").substr(6);
  EXPECT_THAT(fields("To be ignored.\r\n" + inner + "--XX-- \t\r\nto be ignored\r\n--XX\r\n"),
              ElementsAre(Pair("a", "x"), Pair("b", "y")));
}

TEST(Multipart, TheNewlineBehindAnEmptyHeaderMayBeTheDelimiters) {
  EXPECT_THAT(fields("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n--XX--"),
              ElementsAre(Pair("a", "")));
}

TEST(Multipart, NoPartsAtAll) { EXPECT_THAT(fields("--XX--\r\n"), IsEmpty()); }

TEST(Multipart, TheLongestBoundary) {
  const std::string boundary(kMaxBoundary, '-');
  const std::string body = "--" + boundary +
                           "\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--" + boundary +
                           "--";
  EXPECT_THAT(fields(body, boundary), ElementsAre(Pair("a", "x")));
}

TEST(Multipart, ErrorsSayWhatIsWrong) {
  const auto error_of = [](const std::string& body) {
    const auto parts = parse(body);
    return parts ? "no error" : parts.error();
  };
  const std::string good = part("name=a", "x");
  EXPECT_THAT(error_of(""), HasSubstr("no line --XX"));
  EXPECT_THAT(error_of("just text"), HasSubstr("no line --XX"));
  EXPECT_THAT(error_of("--XY\r\n\r\n--XY--"), HasSubstr("no line --XX"));
  EXPECT_THAT(error_of("x--XX\r\n"), HasSubstr("no line --XX"));
  EXPECT_THAT(error_of(good), HasSubstr("ends before its last boundary"));
  EXPECT_THAT(error_of(good + "--XX"), HasSubstr("ends before its last boundary"));
  EXPECT_THAT(error_of("--XX\r\n--XX--"), HasSubstr("empty line"));
  EXPECT_THAT(error_of("--XX\r\n\r\nx\r\n--XX--"), HasSubstr("no header"));
  EXPECT_THAT(error_of("--XX\r\nContent-Disposition: form-data; name=a\r\n--XX--"),
              HasSubstr("empty line"));
  EXPECT_THAT(error_of("--XX\nContent-Disposition: form-data; name=a\n\nx\n--XX--"),
              HasSubstr("no line --XX"));  // lines end with CRLF
  EXPECT_THAT(error_of("--XX\r\nContent-Type: audio/wav\r\n\r\nx\r\n--XX--"),
              HasSubstr("Content-Disposition"));
  EXPECT_THAT(error_of(part("filename=a", "x") + "--XX--"), HasSubstr("with a name"));
  EXPECT_THAT(error_of("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--XX--"),
              HasSubstr("form-data"));
  EXPECT_THAT(error_of(part("name=\"a", "x") + "--XX--"), HasSubstr("with a name"));
}

TEST(Multipart, HeadersAndPartsAreLimited) {
  const std::string padding(kMaxPartHeader, ' ');
  EXPECT_FALSE(parse(part("name=a" + padding, "x") + "--XX--"));
  std::string body;
  for (std::size_t i = 0; i < kMaxParts; ++i) body += part("name=a", "x");
  EXPECT_TRUE(parse(body + "--XX--"));
  EXPECT_FALSE(parse(body + part("name=a", "x") + "--XX--"));
}

TEST(Multipart, CutOffAnywhereIsAnErrorOrComplete) {
  const std::string whole = "preamble\r\n" + part("name=\"a\"; filename=\"b\\\"c\"", "1\r\n--X") +
                            part("name=b", "") + "--XX";
  const std::string body = whole + "--\r\nepilogue";
  for (std::size_t size = 0; size <= body.size(); ++size) {
    const std::string cut = body.substr(0, size);  // of its own, so that reads beyond it are seen
    const auto parts = parse(cut);
    EXPECT_EQ(parts.has_value(), size >= whole.size() + 2) << size;
    EXPECT_TRUE(parts.has_value() || !parts.error().empty());
  }
}

TEST(Multipart, AnyByteMayBeWrong) {
  const std::string body = part("name=\"a\"", "1") + part("name=b", "2") + "--XX--";
  for (std::size_t i = 0; i < body.size(); ++i) {
    for (const char c : {'\0', '\r', '\n', '-', '"', '\\', ';', ':', 'X', '\xff'}) {
      std::string broken = body;
      broken[i] = c;
      const auto parts = parse(broken);
      EXPECT_LE(parts.value_or(std::vector<Part>()).size(), 2);
    }
  }
}

}  // namespace
}  // namespace genre::server
