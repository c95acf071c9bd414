#include "base/base64.h"

#include <gmock/gmock.h>

#include <string>

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
