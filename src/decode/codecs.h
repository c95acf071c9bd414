// The lists of what is decoded: nothing else of FFmpeg's ever sees a byte of a file.
#pragma once

#include <string_view>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace genre::decode {

// Null where the name is not on the list, or this FFmpeg lacks it.
[[nodiscard]] const AVInputFormat* find_demuxer(std::string_view name);

struct Codec {
  const AVCodec* decoder;  // null where the codec is not on the list, or this FFmpeg lacks it
  std::string_view name;   // for people
};
[[nodiscard]] Codec find_codec(AVCodecID id);

// Opens the decoders once, so that what they prepare is shared by all processes that are forked
// later, and nothing is loaded inside of the sandbox.
void prepare_codecs();

}  // namespace genre::decode
