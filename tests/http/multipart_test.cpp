#include "http/multipart.h"

#include <gmock/gmock.h>

#include <string>

namespace genre::http {
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

// The file names of the parts, in order; "-" where a part has none.
std::vector<std::string> file_names(std::string_view body, std::string_view boundary = kBoundary) {
  const auto parts = parse(body, boundary);
  EXPECT_TRUE(parts) << parts.error();
  std::vector<std::string> names;
  for (const Part& part : parts.value_or(std::vector<Part>())) {
    names.push_back(part.filename.value_or("-"));
  }
  return names;
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

// The body is searched block by block.
TEST(Multipart, DelimitersAreFoundAtEveryPosition) {
  for (const std::string_view filler : {"x", "\r", "\n", "-", "\r\n", "\r\n-", "\r\n--"}) {
    std::string content = "x";
    while (content.size() < 300) {
      content += filler;
      EXPECT_THAT(fields(part("name=a", content) + part("name=b", "y") + "--XX--"),
                  ElementsAre(Pair("a", content), Pair("b", "y")))
          << content.size();
    }
  }
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

TEST(Multipart, FileNamesAreDecoded) {
  const auto file_name = [](const std::string& parameters) {
    return file_names(part("name=file; " + parameters, "x") + "--XX--").at(0);
  };
  EXPECT_EQ(file_name(R"(filename="a b; c.wav")"), "a b; c.wav");
  EXPECT_EQ(file_name("filename=a.wav"), "a.wav");
  EXPECT_EQ(file_name(R"(FileName="a.wav")"), "a.wav");
  EXPECT_EQ(file_name(R"(filename="C:\music\a.wav")"), R"(C:\music\a.wav)");
  EXPECT_EQ(file_name(R"(filename="a\"b\\c.wav")"), R"(a"b\c.wav)");
  EXPECT_EQ(file_name(R"(filename="a%22b%0D%0Ac.wav")"), "a\"b\r\nc.wav");
  EXPECT_EQ(file_name(R"(filename="100%20 %C3 %.wav")"), "100%20 %C3 %.wav");
  EXPECT_EQ(file_name("filename=\"\xe2\x82\xac.wav\""), "\xe2\x82\xac.wav");
}

TEST(Multipart, AnExtendedFileNameIsTheBetterOne) {
  const auto file_name = [](const std::string& parameters) {
    return file_names(part("name=file; " + parameters, "x") + "--XX--").at(0);
  };
  EXPECT_EQ(file_name("filename*=UTF-8''%e2%82%ac%20a.wav"), "\xe2\x82\xac a.wav");
  EXPECT_EQ(file_name("filename*=utf-8'de'%e2%82%ac.wav; filename=euro.wav"), "\xe2\x82\xac.wav");
  EXPECT_EQ(file_name("filename=\"=?utf-8?B?4oKs?=\"; filename*=utf-8''%E2%82%AC"), "\xe2\x82\xac");
  for (const char* broken : {"iso-8859-1''%e4.wav", "UTF-8'%e4.wav", "UTF-8''%e", "UTF-8''%zz",
                             "UTF-8''%+1", "UTF-8''", "''a", "utf-8", "", "\"'\""}) {
    EXPECT_EQ(file_name("filename=plain.wav; filename*=" + std::string(broken)), "plain.wav")
        << broken;
  }
}

TEST(Multipart, AFileMayHaveNoName) {
  EXPECT_THAT(file_names(part("name=file", "x") + part("name=file; filename=\"\"", "") +
                         part("name=file; filename=", "x") + "--XX--"),
              ElementsAre("-", "-", "-"));
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

// What clients sent to a socket that only listened, each with its own ways.

TEST(Multipart, Curl) {  // 7.88.1: -F file=@... three times, the last one empty; -F note=x
  const char* body =
      "--------------------------f2bf52cef9a95df5\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"a%22b.wav\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\nONE\r\n"
      "--------------------------f2bf52cef9a95df5\r\n"
      "Content-Disposition: form-data; name=\"file\"; "
      "filename=\"Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac.wav\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\nTWO\r\n"
      "--------------------------f2bf52cef9a95df5\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"back\\slash.wav\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n\r\n"
      "--------------------------f2bf52cef9a95df5\r\n"
      "Content-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n"
      "--------------------------f2bf52cef9a95df5--\r\n";
  const char* boundary = "------------------------f2bf52cef9a95df5";
  EXPECT_THAT(fields(body, boundary), ElementsAre(Pair("file", "ONE"), Pair("file", "TWO"),
                                                  Pair("file", ""), Pair("note", "x")));
  EXPECT_THAT(
      file_names(body, boundary),
      ElementsAre("a\"b.wav", "Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac.wav", "back\\slash.wav", "-"));
}

TEST(Multipart, CurlWithFormEscape) {
  const char* body =
      "--------------------------e6b91d572ebc9b5a\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"x\\\\y\\\"z.wav\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n\r\n"
      "--------------------------e6b91d572ebc9b5a--\r\n";
  EXPECT_THAT(file_names(body, "------------------------e6b91d572ebc9b5a"),
              ElementsAre("x\\y\"z.wav"));
}

TEST(Multipart, PythonRequests) {  // 2.34.2: a file by its path, one with a type, one without name
  const char* body =
      "--76a65e033edbefa44e70bae04e7f3234\r\n"
      "Content-Disposition: form-data; name=\"file\"; "
      "filename=\"Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac.wav\"\r\n\r\nTWO\r\n"
      "--76a65e033edbefa44e70bae04e7f3234\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"back\\slash.wav\"\r\n"
      "Content-Type: audio/wav\r\n\r\nx\r\n"
      "--76a65e033edbefa44e70bae04e7f3234\r\n"
      "Content-Disposition: form-data; name=\"file\"\r\n\r\nmm\r\n"
      "--76a65e033edbefa44e70bae04e7f3234--\r\n";
  const char* boundary = "76a65e033edbefa44e70bae04e7f3234";
  EXPECT_THAT(fields(body, boundary),
              ElementsAre(Pair("file", "TWO"), Pair("file", "x"), Pair("file", "mm")));
  EXPECT_THAT(file_names(body, boundary),
              ElementsAre("Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac.wav", "back\\slash.wav", "-"));
}

// As the forms of these clients are specified; written by hand.

TEST(Multipart, Chrome) {
  const char* body =
      "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"6%22 \xe2\x82\xac.mp3\"\r\n"
      "Content-Type: audio/mpeg\r\n\r\n\xff\xfb\r\n"
      "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n\r\n"
      "------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n";
  const char* boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
  EXPECT_THAT(fields(body, boundary), ElementsAre(Pair("file", "\xff\xfb"), Pair("file", "")));
  EXPECT_THAT(file_names(body, boundary), ElementsAre("6\" \xe2\x82\xac.mp3", "-"));
}

TEST(Multipart, OldInternetExplorer) {
  const char* body =
      "-----------------------------7d81a3b2605de\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\My Music\\new\\song.wav\"\r\n"
      "Content-Type: audio/x-wav\r\n\r\nx\r\n"
      "-----------------------------7d81a3b2605de--\r\n";
  EXPECT_THAT(file_names(body, "---------------------------7d81a3b2605de"),
              ElementsAre("C:\\My Music\\new\\song.wav"));
}

TEST(Multipart, DotNet) {
  const char* body =
      "--b07ce9f0-53c2-4b9e-9d4c-4a7f8a4c9a11\r\n"
      "Content-Type: audio/wav\r\n"
      "Content-Disposition: form-data; name=file; filename=\"=?utf-8?B?4oKsLndhdg==?=\"; "
      "filename*=utf-8''%E2%82%AC.wav\r\n\r\nx\r\n"
      "--b07ce9f0-53c2-4b9e-9d4c-4a7f8a4c9a11--\r\n";
  const char* boundary = "b07ce9f0-53c2-4b9e-9d4c-4a7f8a4c9a11";
  EXPECT_THAT(fields(body, boundary), ElementsAre(Pair("file", "x")));
  EXPECT_THAT(file_names(body, boundary), ElementsAre("\xe2\x82\xac.wav"));
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
              HasSubstr("no line --XX that ends with CRLF"));
  EXPECT_THAT(error_of("--XX\r\nContent-Disposition: form-data; name=a\n\nx\n--XX--\r\n"),
              HasSubstr("ends before its last boundary"));
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
}  // namespace genre::http
