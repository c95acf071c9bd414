// Which formats are told by their first bytes, and what only looks like them.
#include "audio/ffmpeg_formats.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace genre::audio {
namespace {

using std::string_view_literals::operator""sv;

std::string name_of(std::string_view start) {
  const auto format = inspect_ffmpeg_format(std::as_bytes(std::span(start)), start.size());
  return format ? std::string(format->name) : "";
}

TEST(FfmpegFormats, AreToldByTheirFirstBytes) {
  EXPECT_EQ(name_of("\0\0\0\x18"
                    "ftypM4A \0\0\0\0"sv),
            "M4A");
  EXPECT_EQ(name_of("\0\0\0\x18"
                    "ftypisom\0\0\0\0"sv),
            "MP4");
  EXPECT_EQ(name_of("\0\0\0\x14"
                    "ftypqt  "sv),
            "MOV");
  EXPECT_EQ(name_of("\0\0\0\x08wide\0\0\0\0mdat"sv), "MOV");
  EXPECT_EQ(name_of("\0\0\0\x14"
                    "ftyp3gp5"sv),
            "3GP");
  EXPECT_EQ(name_of("\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x84webm"sv), "WebM");
  EXPECT_EQ(name_of("\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x88matroska"sv), "Matroska");
  EXPECT_EQ(name_of("MAC \x96\x0F"sv), "APE");
  EXPECT_EQ(name_of("wvpk"sv), "WavPack");
  EXPECT_EQ(name_of("TTA1"sv), "TTA");
  EXPECT_EQ(name_of("MPCKSH"sv), "Musepack");
  EXPECT_EQ(name_of("MP+\x07"sv), "Musepack");
  EXPECT_EQ(name_of("DSD \x1C\0\0\0\0\0\0\0"sv), "DSF");
  EXPECT_EQ(name_of("FRM8\0\0\0\0\0\0\0\x10"
                    "DSD "sv),
            "DSDIFF");
  EXPECT_EQ(name_of("#!AMR\n"sv), "AMR");
  EXPECT_EQ(name_of("#!AMR-WB\n"sv), "AMR");
  EXPECT_EQ(name_of("\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"sv), "WMA");
  EXPECT_EQ(name_of("\x0B\x77\x00\x00\x1E\x40"sv), "AC-3");
  EXPECT_EQ(name_of("\x0B\x77\x01\xFF\x3F\x86"sv), "E-AC-3");
}

TEST(FfmpegFormats, AdtsIsAChainOfFrames) {
  // 44.1 kHz, stereo, 9 bytes in a frame.
  const auto frame = "\xFF\xF1\x50\x80\x01\x3F\xFC\0\0"sv;
  const std::string frames = std::string(frame) + std::string(frame);
  EXPECT_EQ(name_of(frames), "AAC");
  EXPECT_EQ(name_of(frames.substr(0, 12)), "AAC");  // as far as these bytes reach
  EXPECT_EQ(name_of(std::string(frame) + "no frame"), "");
  EXPECT_EQ(name_of("\xFF\xFB\x90\x64\0\0\0\0\0"sv), "");  // MP3
  EXPECT_EQ(name_of("\xFF\xFE<\0?\0x\0"sv), "");           // text in UTF-16
  EXPECT_EQ(name_of(""), "");
}

TEST(FfmpegFormats, PicturesAndTextAreNone) {
  EXPECT_EQ(name_of("\0\0\0\x18"
                    "ftypheic"sv),
            "");
  EXPECT_EQ(name_of("\0\0\0\x18"
                    "ftypavif"sv),
            "");
  for (const auto text : {"#EXTM3U\n"sv, "The free software"sv, "MAC addresses"sv, "MP+ files"sv,
                          "DSD is"sv, "How mdat works"sv, "see ftyp"sv}) {
    EXPECT_EQ(name_of(text), "") << text;
  }
  EXPECT_EQ(name_of("MThd\0\0\0\x06"sv), "");
  EXPECT_EQ(name_of("RIFF\0\0\0\0WAVE"sv), "");
}

TEST(FfmpegFormats, AnMp4ThatEndsBeforeItsIndexIsTruncated) {
  const auto start =
      "\0\0\0\x10"
      "ftypM4A \0\0\0\0"
      "\0\0\x01\0mdat"sv;
  const auto bytes = std::as_bytes(std::span(start));
  EXPECT_TRUE(inspect_ffmpeg_format(bytes, 100)->truncated);
  EXPECT_FALSE(inspect_ffmpeg_format(bytes, 0x110)->truncated);
}

}  // namespace
}  // namespace genre::audio
