#include "base/base64.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace genre::base {
namespace {

std::optional<std::string> decode(std::string_view text) {
  const auto bytes = decode_base64(text);
  if (!bytes) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

TEST(Base64, DecodesTheVectorsOfRfc4648) {
  EXPECT_EQ(decode(""), "");
  EXPECT_EQ(decode("Zg=="), "f");
  EXPECT_EQ(decode("Zm8="), "fo");
  EXPECT_EQ(decode("Zm9v"), "foo");
  EXPECT_EQ(decode("Zm9vYg=="), "foob");
  EXPECT_EQ(decode("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode("Zm9vYmFy"), "foobar");
}

TEST(Base64, DecodesEveryByte) {
  EXPECT_EQ(decode("AP+A//79+/8="), std::string("\0\xff\x80\xff\xfe\xfd\xfb\xff", 8));
}

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  const auto encode = [](std::string_view text) {
    return encode_base64(std::as_bytes(std::span(text.data(), text.size())));
  };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
}

TEST(Base64, DecodesWhatItEncodes) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < 600; ++i) {
    bytes.push_back(static_cast<std::byte>(i * 7));
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes) << i;
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"Z", "Zg", "Zg=", "Zm8", "=", "==", "====", "Z===", "Z=g=", "=Zg=", "Zg==Zg==", "Zg==\n",
        "Zm\n9v", "Zm 9", "Zm-_", "Zm9\xff", "Zm9\x80", "Zm9."}) {
    EXPECT_FALSE(decode(text)) << text;
  }
  EXPECT_FALSE(decode(std::string_view("Zm9\0", 4)));
}

}  // namespace
}  // namespace genre::base
