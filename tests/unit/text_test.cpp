#include "base/text.h"

#include <gtest/gtest.h>

namespace genre::base {
namespace {

TEST(Printable, LeavesNamesOfMusicAsTheyAre) {
  for (const char* name : {"", "Song (live).mp3", "Bj\u00f6rk \u2013 \u97f3\u697d.flac",
                           "\u05e9\u05d9\u05e8.ogg", "back\\slash"}) {
    EXPECT_EQ(printable(name), name);
    EXPECT_TRUE(is_printable_utf8(name)) << name;
  }
}

TEST(Printable, EscapesWhatATerminalObeys) {
  const std::pair<std::string, std::string> cases[] = {
      {"a\x1b[31mred", "a\\x1b[31mred"},         // a colour
      {"\x1b]0;title\a", "\\x1b]0;title\\x07"},  // the title of the window
      {"a\nb\r\tc", "a\\nb\\r\\tc"},             // lines
      {"\x7f", "\\x7f"},
      {"\u009b2J", "\\u009b2J"},          // CSI as one character: clears the screen
      {"a\u202egpj.b", "a\\u202egpj.b"},  // shows the name from right to left
      {"\u2066x\u2069\u2028", "\\u2066x\\u2069\\u2028"},
      {std::string("\0", 1), "\\x00"},
  };
  for (const auto& [name, shown] : cases) {
    EXPECT_EQ(printable(name), shown);
    EXPECT_FALSE(is_printable_utf8(name)) << shown;
    EXPECT_TRUE(is_printable_utf8(printable(name))) << shown;
  }
}

TEST(Printable, EscapesEachByteThatIsNotUtf8) {
  EXPECT_EQ(printable("\xff\xfe.mp3"), "\\xff\\xfe.mp3");
  EXPECT_EQ(printable("\xc3"), "\\xc3");                    // cut
  EXPECT_EQ(printable("\xc0\x9b"), "\\xc0\\x9b");           // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(printable("\x9b"
                      "2J\u00e9"),
            "\\x9b2J\u00e9");  // CSI in Latin-1
}

TEST(HtmlEscaped, EscapesMarkupAndWhatReordersText) {
  EXPECT_EQ(html_escaped("<a & \"b\u202e>"), "&lt;a &amp; &quot;b\\u202e&gt;");
}

}  // namespace
}  // namespace genre::base
