// What genre and the program genre-decode say to each other. Both are built from the same source,
// so that the structs are sent as they lie in memory.
//
// genre-decode gets requests on its standard input, a Unix socket of type SOCK_SEQPACKET: a Request
// with two descriptors, the file's and a stream socket to answer on. For each it starts a process,
// which answers with
//   Started, with the process's pidfd;
//   Header, once the first samples are decoded, or why there are none;
//   then Blocks, each with its samples, interleaved 32-bit floats;
//   and an End. An answer without one is incomplete.
// The end of the file on its standard input ends genre-decode.
#pragma once

#include <array>
#include <cstdint>

namespace genre::decode {

inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint32_t kMagic = 0x44454347;  // "GCED" in memory

struct Request {
  std::uint32_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint64_t begin = 0;            // of the audio, in the file
  std::uint64_t size = 0;             // of the file
  std::uint64_t cpu_seconds = 0;      // the process is killed after so much CPU time
  std::array<char, 16> demuxer = {};  // FFmpeg's name of the demuxer, ends with a zero
};

struct Started {
  std::uint32_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::int32_t error = 0;  // errno, where no process could be started
};

enum class Status : std::uint32_t {
  kOk,
  kDamaged,       // no demuxer or decoder can make anything of the file
  kNoAudio,       // a file without a sound track
  kEncrypted,     // DRM
  kUnknownCodec,  // a codec that is not on the list of those that are decoded
  kOutOfMemory,   // more memory is needed than the process may use
  kNotSandboxed,  // the system did not let the process give up its rights
};
inline constexpr auto kLastStatus = Status::kNotSandboxed;

struct Header {
  std::uint32_t magic = kMagic;
  Status status = Status::kOk;
  std::uint32_t sample_rate = 0;  // Hz, as the next of the samples that follow
  std::uint32_t channels = 0;
  std::array<char, 32> codec = {};  // its name for people, ends with a zero
};

enum class Block : std::uint32_t { kAudio, kEnd };

struct BlockHeader {
  Block block = Block::kAudio;
  std::uint32_t n_frames = 0;  // samples of each channel, at least 1; 0 of kEnd
};

struct End {
  std::uint64_t n_frames = 0;      // all that were sent
  std::uint32_t lost_packets = 0;  // packets that could not be decoded
  std::uint32_t ended_early = 0;   // whether the file ends before its audio does
};

// No block is longer.
inline constexpr std::uint32_t kMaxBlockSamples = 1U << 16;  // of all channels together
inline constexpr std::uint32_t kMaxChannels = 64;

}  // namespace genre::decode
