#include "base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataset/temporary_folder.h"

namespace genre::test {
namespace {

using namespace base;

using testing::ElementsAre;
using testing::Optional;

TEST(SplitLine, IsRfc4180) {
  EXPECT_THAT(split_line("a,b c,"), Optional(ElementsAre("a", "b c", "")));
  EXPECT_THAT(split_line(""), Optional(ElementsAre("")));
  EXPECT_THAT(split_line("\"a,b\",\"say \"\"c\"\"\""), Optional(ElementsAre("a,b", "say \"c\"")));
  EXPECT_EQ(split_line("a,\"b"), std::nullopt);
}

TEST(ParseFinite, TakesNothingButTheNumber) {
  EXPECT_THAT(parse_finite("-1.5e2"), Optional(-150.0F));
  for (const char* bad : {"", " 1", "1 ", "0x", "nan", "-inf", "1e99", "1,5"}) {
    EXPECT_EQ(parse_finite(bad), std::nullopt) << bad;
  }
}

using ReadLine = TemporaryFolder;

TEST_F(ReadLine, TakesLinesOfAnySystem) {
  write("lines", "unix\nwindows\r\n\nlast");
  std::ifstream file(root_ / "lines");
  std::vector<std::string> lines;
  for (std::string line; read_line(file, line);) lines.push_back(line);
  EXPECT_THAT(lines, ElementsAre("unix", "windows", "", "last"));
}

}  // namespace
}  // namespace genre::test
