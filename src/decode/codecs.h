// The allowed demuxers and decoders. No other code of FFmpeg parses a file.
#pragma once

#include <string_view>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace genre::decode {

// Null if the demuxer is not allowed, or missing in this build of FFmpeg.
[[nodiscard]] const AVInputFormat* find_demuxer(std::string_view name);

struct Codec {
  const AVCodec* decoder;  // null if not allowed, or missing in this build of FFmpeg
  std::string_view name;   // display name
};
[[nodiscard]] Codec find_codec(AVCodecID id);

// Opens each decoder once, so that processes forked later share its tables and load nothing in the
// sandbox.
void prepare_codecs();

}  // namespace genre::decode
